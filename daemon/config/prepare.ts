// Prepares a config and every file of its project that it imports. Runs in a process of its own.
import { pathToFileURL } from 'node:url';
import { extractSignatures, rekeyed } from '../describe/extract/extract-file';
import { parseCode } from '../describe/extract/syntax';
import { mergedSignatures, type SignatureData } from '../describe/signature-index';
import { duplicateTarget } from './duplicate-targets';
import { EditedText, type Edit } from './edits';
import { jsonModule } from './json-module';
import { sha256, type Manifest, type PreparedFile } from './manifest';
import { originalPlace } from './mapped-place';
import { packageType } from './package-type';
import { PREPARED, preludeEdits } from './prelude';
import { SpecifierResolver } from './resolve-specifier';
import { plainName, read, readSource, type SourceFile } from './source-file';
import { SourceError } from './source-error';
import { specifiersOf, unusedImports, type Specifier } from './specifiers';

/** A prepared config that isn't written yet. */
export interface Prepared {
  readonly manifest: Omit<Manifest, 'folder' | 'maker'>;
  /** Texts by file name. */
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Prepares `config` and what it imports.
 * @param entries this package's own entry points by module name.
 * @throws SourceError for a syntax error, a module that isn't there, or two targets of one name.
 */
export function prepareConfig(config: string, entries: Readonly<Record<string, string>>): Prepared {
  return new Preparation(config, entries).run();
}

class Preparation {
  readonly #resolver: SpecifierResolver;
  /** Output names by path, in the order in which files were met. */
  readonly #names = new Map<string, string>();
  readonly #sources = new Map<string, SourceFile>();
  readonly #deciders = new Map<string, PreparedFile>();
  readonly #outputs = new Map<string, string>();
  readonly #files: PreparedFile[] = [];
  readonly #signatures: SignatureData[] = [];

  constructor(
    private readonly config: string,
    entries: Readonly<Record<string, string>>,
  ) {
    this.#resolver = new SpecifierResolver(entries);
  }

  run(): Prepared {
    const entry = this.#nameOf(this.config);
    // Files are added while the loop runs.
    for (const path of this.#names.keys()) this.#prepare(path);
    return {
      outputs: this.#outputs,
      manifest: {
        entry,
        files: [...this.#files, ...this.#deciders.values()],
        absent: [...this.#resolver.absent],
        present: [...this.#resolver.present],
        signatures: mergedSignatures(this.#signatures),
      },
    };
  }

  /** The name of the prepared file of `path`, which is prepared too if it wasn't yet. */
  #nameOf(path: string): string {
    let name = this.#names.get(path);
    if (name === undefined) {
      const module = path.endsWith('.json') || this.#source(path).kind === 'module';
      name = `${this.#names.size}-${plainName(path)}${module ? '.mjs' : '.cjs'}`;
      this.#names.set(path, name);
    }
    return name;
  }

  #prepare(path: string): void {
    const output = this.#nameOf(path);
    if (path.endsWith('.json')) {
      const bytes = read(path);
      this.#outputs.set(output, jsonModule(bytes.toString('utf8'), path));
      this.#files.push({ path, sha256: sha256(bytes), output });
      return;
    }
    const file = this.#source(path);
    if (path === this.config) checkDuplicates(file);
    const { edits, shift } = preludeEdits(file);
    const unused = file.typescript ? unusedImports(file.syntax.program, file.code) : [];
    const text = new EditedText(file.code, [...edits, ...unused, ...this.#specifierEdits(file, unused)]);
    this.#outputs.set(output, text.slice());
    this.#signatures.push(signaturesOf(file, text));
    this.#files.push({
      path,
      sha256: file.sha256,
      output,
      shift,
      ...(file.map !== undefined && { map: file.map }),
    });
  }

  #specifierEdits(file: SourceFile, unused: readonly Edit[]): Edit[] {
    const commonJs = file.kind === 'commonjs';
    return specifiersOf(file.syntax.program, commonJs, file.code).flatMap((specifier) => {
      const { start, end, value, form, required, attributes } = specifier;
      if (unused.some((edit) => edit.start <= start && end <= edit.end)) return [];
      const found = this.#resolver.resolve(value, file);
      if (found.kind === 'missing' && required) throw missing(found.why, specifier, file);
      if (found.kind === 'missing' || found.kind === 'untouched') return [];
      const isJson = found.path.endsWith('.json');
      // What `require` finds from the original's folder by itself is left to it.
      if (form === 'require' && found.kind === 'project' && (isJson || !commonJs)) return [];
      const name = found.kind === 'project' ? `./${this.#nameOf(found.path)}` : undefined;
      const target =
        form === 'import'
          ? (name ?? pathToFileURL(found.path).href)
          : name === undefined
            ? found.path
            : PREPARED + name;
      const rename = { start, end, text: JSON.stringify(target) };
      const plain = isJson && name !== undefined && attributes !== undefined;
      return plain ? [rename, { ...attributes, text: '' }] : [rename];
    });
  }

  #source(path: string): SourceFile {
    let file = this.#sources.get(path);
    if (file === undefined) {
      file = readSource(path, () => this.#isInModulePackage(path));
      this.#sources.set(path, file);
    }
    return file;
  }

  #isInModulePackage(path: string): boolean {
    const { isModule, decidedBy, absent } = packageType(path);
    for (const one of absent) this.#resolver.absent.add(one);
    if (decidedBy !== undefined) {
      this.#deciders.set(decidedBy, { path: decidedBy, sha256: sha256(read(decidedBy)) });
    }
    return isModule;
  }
}

function missing(why: string, { value, start }: Specifier, file: SourceFile): SourceError {
  return errorAt(`Cannot import ${JSON.stringify(value)}. ${why}`, file, start);
}

function checkDuplicates(file: SourceFile): void {
  const duplicate = duplicateTarget(file.syntax.program);
  if (duplicate === undefined) return;
  const { line } = placeAt(file, duplicate.first);
  const message = `Two targets are named ${JSON.stringify(duplicate.name)}, the first on line ${line}: rename one.`;
  throw errorAt(message, file, duplicate.second);
}

function errorAt(message: string, file: SourceFile, offset: number): SourceError {
  return SourceError.on(message, file.source, { file: file.path, ...placeAt(file, offset) });
}

/** The place in the original of an offset in a file's JavaScript. */
function placeAt({ code, map }: SourceFile, offset: number): { line: number; column: number } {
  const lines = code.slice(0, offset).split(/\r\n|\n|\r/);
  const place = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  return map === undefined ? place : (originalPlace(map, place.line, place.column) ?? place);
}

/** The signatures of a file as it is loaded. What goes wrong here costs documentation, never the file. */
function signaturesOf(file: SourceFile, text: EditedText): SignatureData {
  try {
    if (file.map === undefined && file.types !== undefined) {
      return extractSignatures({ ...file.types, syntax: file.syntax }, (start, end) =>
        text.slice(start, end),
      );
    }
    const { types } = file;
    const known =
      types === undefined
        ? { functions: {}, classes: {} }
        : extractSignatures({ ...types, syntax: parseCode(types.code, 'module') });
    return rekeyed(known, text.slice());
  } catch {
    return { functions: {}, classes: {} };
  }
}
