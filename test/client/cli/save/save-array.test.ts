import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSave, saveArray, savedText } from '../../../../client/cli/save/save-array';
import { checkSaveItems, fileName } from '../../../../client/cli/save/save-items';
import { writeWhole } from '../../../../client/cli/save/whole-file';
import { IS_WINDOWS } from '../../../../src/os';
import { IncomingStream } from '../../../../src/peer/incoming-stream';
import { NdArray } from '../../../../src/values/nd-array';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sb-save-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const frame = new NdArray(new Uint16Array(1024 * 1024), [1024, 1024]);

describe('--save', () => {
  test('what was written is told in one line: name, shape, type, size', async () => {
    const file = join(folder, 'frame.npy');
    const saved = await saveArray('cam.snap', frame, file);
    expect(saved).toEqual({
      file,
      format: 'npy',
      dtype: 'uint16',
      shape: [1024, 1024],
      bytes: 2 ** 21 + 128,
    });
    expect(savedText({ ...saved, file: 'frame.npy' })).toBe('frame.npy: 1024x1024 uint16, 2.0 MiB');
    expect(statSync(file).size).toBe(saved.bytes);
    expect(readdirSync(folder)).toEqual(['frame.npy']);
  });

  test('how numbers became grey is told in words', () => {
    const scale = { black: -1.5, white: 3.25, nan: 0 };
    const saved = { file: 'f.png', format: 'png', dtype: 'float32', shape: [2, 2], bytes: 80 } as const;
    expect(savedText({ ...saved, scale })).toBe(
      'f.png: 2x2 float32, 80 B; scaled to 16-bit grey: black is -1.5, white 3.25',
    );
    expect(savedText({ ...saved, scale: { ...scale, nan: 3 } })).toMatch(/white 3\.25, 3 NaN black$/);
  });

  test('a name of no known kind is refused, and both are named', async () => {
    for (const name of ['frame.tif', 'frame', '.npy'])
      await expect(checkSave(join(folder, name))).rejects.toThrow(/\.npy \(for NumPy\) or \.png/);
    await expect(checkSave(join(folder, 'FRAME.NPY'))).resolves.toBeUndefined();
  });

  test('a folder is never replaced, and one that is missing is not made', async () => {
    mkdirSync(join(folder, 'there.npy'));
    await expect(checkSave(join(folder, 'there.npy'))).rejects.toThrow('is a folder');
    await expect(writeWhole(join(folder, 'there.npy'), [])).rejects.toThrow('is a folder');
    await expect(checkSave(join(folder, 'missing', 'x.npy'))).rejects.toThrow('There is no folder');
    expect(readdirSync(folder)).toEqual(['there.npy']);
  });

  test('a file that is there is replaced whole, and keeps its mode', async () => {
    const file = join(folder, 'x.npy');
    writeFileSync(file, 'something longer than what comes');
    chmodSync(file, 0o600);
    await writeWhole(file, [Buffer.from('a'), Buffer.from('b')]);
    expect(readFileSync(file, 'utf8')).toBe('ab');
    if (!IS_WINDOWS) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['x.npy']);
  });

  test('what fails half-way leaves the file as it was, and nothing beside it', async () => {
    const file = join(folder, 'x.npy');
    writeFileSync(file, 'before');
    const broken = [Buffer.from('half'), undefined as unknown as Uint8Array];
    await expect(writeWhole(file, broken)).rejects.toThrow();
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['x.npy']);
  });

  test('a link is followed: the file that it leads to is replaced', async () => {
    if (IS_WINDOWS) return;
    writeFileSync(join(folder, 'real.npy'), 'before');
    symlinkSync('real.npy', join(folder, 'link.npy'));
    await writeWhole(join(folder, 'link.npy'), [Buffer.from('after')]);
    expect(readFileSync(join(folder, 'real.npy'), 'utf8')).toBe('after');
    expect(readdirSync(folder).sort()).toEqual(['link.npy', 'real.npy']);
  });

  test.each([
    [5, 'a number'],
    ['text', 'a string'],
    [undefined, 'nothing'],
    [[[1], [2, 3]], 'a list that is no regular array of numbers'],
    [{ time: 1, frame: 2 }, 'an object (time, frame)'],
    [new Map(), 'a Map'],
  ])('what is no array is refused by what it is: %p', async (value, kind) => {
    await expect(saveArray('pm.read', value, join(folder, 'x.npy'))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      ran: 'yes',
      message: `pm.read gives ${kind}, and --save needs an array of numbers.`,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a stream is refused with the command that saves its items', async () => {
    const stream = new IncomingStream({ credit: () => 0, leave: () => 0, over: () => 0 });
    await expect(saveArray('cam.frames', stream, join(folder, 'x.npy'))).rejects.toThrow(
      'samebox watch cam frames --save frame-%d.npy',
    );
  });

  test('items of a stream are numbered from 0, with as many digits as are asked for', () => {
    expect(fileName('frame-%d.npy', 12)).toBe('frame-12.npy');
    expect(fileName('frame-%04d.png', 12)).toBe('frame-0012.png');
    expect(fileName('frame.npy', 0)).toBe('frame.npy');
  });

  test('many items need a number in the name', async () => {
    await expect(checkSaveItems({ path: join(folder, 'x.npy'), count: Infinity })).rejects.toThrow('%d');
    await expect(checkSaveItems({ path: join(folder, 'x.npy'), count: 1 })).resolves.toBeUndefined();
    await expect(checkSaveItems({ path: join(folder, 'x-%d.npy'), count: 9 })).resolves.toBeUndefined();
  });
});
