// The file in which compiled modules are kept from one run to the next: its index, one module of it, and writing it anew.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isOwn } from '../src/cache-dir';
import { writeWhole } from '../src/write-whole';

/** A module as it was compiled before. */
export interface CompiledModule {
  readonly source: string;
  /** V8's code cache: what had been compiled when it was made. */
  readonly code: Buffer;
  /** What it required, and which files that were. */
  readonly links: Record<string, string>;
}

/** A module that is kept. */
export interface KeptModule {
  /** What its file looked like. */
  readonly stamp: string;
  read(): CompiledModule;
}

/** Kept modules, by file. */
export type Kept = ReadonlyMap<string, KeptModule>;

/** What stands at the file's beginning. Code and source of each module follow, in the same order. */
interface Index {
  readonly maker: string;
  readonly modules: readonly Entry[];
}

/** File and stamp, bytes of code and source, and links: a name each, and the place of a module here, or a file. */
type Entry = readonly [
  file: string,
  stamp: string,
  code: number,
  source: number,
  ...links: (string | number)[],
];
const LINKS_AT = 4;

/** The length of the index. */
const PREFIX_BYTES = 4;

/** A file of kept modules. It stays open: most starts need a part of it only, which is read when it is used. */
export class KeptCode {
  /** None if there is no such file, if it isn't this user's alone, or another version made it. */
  readonly modules = new Map<string, KeptModule>();
  private fd: number | undefined;
  private size = 0;

  /** @param maker names everything that makes code useless to others. */
  constructor(
    private readonly path: string,
    private readonly maker: string,
  ) {
    try {
      this.fd = openSync(path, 'r');
      const found = fstatSync(this.fd);
      if (!isOwn(found)) return;
      this.size = found.size;
      const bytes = this.bytes(0, PREFIX_BYTES).readUInt32LE();
      const index = JSON.parse(this.bytes(PREFIX_BYTES, bytes).toString()) as Index;
      if (index.maker === maker) this.find(index.modules, PREFIX_BYTES + bytes);
    } catch {
      this.modules.clear(); // Not there yet, or damaged.
    }
  }

  /**
   * Keeps `modules` instead, and closes: Windows replaces no file that is open. Whoever reads meanwhile sees the old file.
   * Where it can't be done, nothing changes.
   */
  replace(modules: Kept): void {
    try {
      const bytes = encoded(modules, this.maker);
      this.close();
      writeWhole(this.path, bytes);
    } catch {
      // A full disk, say: the next start takes its time again.
    }
  }

  /** The modules can't be read any more. */
  close(): void {
    this.modules.clear();
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  private find(entries: readonly Entry[], start: number): void {
    let at = start;
    for (const entry of entries) {
      const [file, stamp, code, source] = entry;
      const from = at;
      const read = (): CompiledModule => {
        const both = this.bytes(from, code + source);
        return {
          code: both.subarray(0, code),
          source: both.toString('utf8', code),
          links: linksOf(entry, entries),
        };
      };
      this.modules.set(file, { stamp, read });
      at += code + source;
    }
    if (at !== this.size) throw new Error(`${this.path} is not whole`);
  }

  private bytes(at: number, length: number): Buffer {
    if (this.fd !== undefined && at + length <= this.size) {
      const bytes = Buffer.allocUnsafe(length);
      if (readSync(this.fd, bytes, 0, length, at) === length) return bytes;
    }
    throw new Error(`${this.path} is not whole`);
  }
}

function encoded(modules: Kept, maker: string): Buffer {
  const places = new Map([...modules.keys()].map((file, place) => [file, place]));
  const parts: Buffer[] = [];
  const entries = [...modules].map(([file, kept]): Entry => {
    const { code, source, links } = kept.read();
    const text = Buffer.from(source);
    parts.push(code, text);
    const linked = Object.entries(links).flatMap(([name, to]) => [name, places.get(to) ?? to]);
    return [file, kept.stamp, code.length, text.length, ...linked];
  });
  const index = Buffer.from(JSON.stringify({ maker, modules: entries } satisfies Index));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(index.length);
  return Buffer.concat([prefix, index, ...parts]);
}

function linksOf(entry: Entry, all: readonly Entry[]): Record<string, string> {
  const links: Record<string, string> = {};
  for (let at = LINKS_AT; at < entry.length; at += 2) {
    const to = entry[at + 1] ?? '';
    links[String(entry[at])] = typeof to === 'string' ? to : (all[to]?.[0] ?? '');
  }
  return links;
}
