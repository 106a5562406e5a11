// A project folder of its own for each test, loaded by the built package in a process of its own.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ObjectDescription } from '../../../daemon/describe/describe-target';
import type { TypeCheck } from '../../../daemon/config/load-config';

const SCRIPT = join(__dirname, '..', '..', 'fixtures', 'config', 'load.cjs');

/** The first line of most configs. */
export const IMPORT = `import { defineBox, expose } from 'samebox/daemon';`;

/** What the loading process prints. */
export interface Loaded {
  readonly name?: string;
  readonly drainTimeout: number;
  readonly sources: string[];
  readonly targets: Record<string, ObjectDescription>;
  readonly results: unknown[];
  readonly again?: boolean;
  readonly typeCheck: TypeCheck;
  readonly parsersAfterLoading: number;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: Record<string, unknown>;
    readonly stack?: string;
  };
}

/** How a config is loaded. */
export interface Loading {
  readonly config?: string;
  readonly calls?: readonly (readonly unknown[])[];
  readonly check?: boolean;
  readonly twice?: boolean;
  readonly cacheDir?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A folder with files, which the test removes. */
export class Project {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'samebox-config-')));
  readonly folder: string;
  readonly cache = join(this.root, 'cache');

  /** @param folder below the temporary folder, where the files go. */
  constructor(files: Readonly<Record<string, string>>, folder = 'project') {
    this.folder = join(this.root, folder);
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Loads a config of the project; its working directory is the project's folder. */
  async load({ config = 'samebox.config.ts', env, ...how }: Loading = {}): Promise<Loaded> {
    const job = JSON.stringify({ config: this.path(config), cacheDir: this.cache, ...how });
    return new Promise((resolve, reject) => {
      const options = { cwd: this.folder, env: { ...process.env, ...env } };
      execFile(process.execPath, [SCRIPT, job], options, (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as Loaded);
        else reject(new Error(`${error.message}\n${stderr}`));
      });
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Projects that are removed when the test file is done. */
export function projects(): (files: Readonly<Record<string, string>>, folder?: string) => Project {
  const made: Project[] = [];
  afterAll(() => {
    for (const project of made) project.remove();
  });
  return (files, folder) => {
    const project = new Project(files, folder);
    made.push(project);
    return project;
  };
}
