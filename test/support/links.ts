// Whether this system makes links to folders: Wine doesn't.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function canLink(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'sb-link-'));
  try {
    symlinkSync(folder, join(folder, 'link'), 'junction');
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `test` where there are links. */
export const linking = canLink() ? test : test.skip;
