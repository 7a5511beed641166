import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, workspacePackages } from '../workspace/packages.mjs';

/**
 * Makes `npx framerail` work inside the repository: npm links the commands of the workspace while it installs,
 * when they aren't built yet, and then leaves them out.
 */
export function linkCommands() {
  if (process.platform === 'win32') return;
  const folder = join(ROOT, 'node_modules/.bin');
  mkdirSync(folder, { recursive: true });
  for (const one of workspacePackages()) {
    for (const [name, file] of Object.entries(
      /** @type {Record<string, string>} */ (one.manifest.bin ?? {}),
    )) {
      const target = join(one.path, file);
      const link = join(folder, name);
      if (!existsSync(target)) continue;
      chmodSync(target, 0o755);
      if (existsSync(link)) continue;
      rmSync(link, { force: true });
      symlinkSync(relative(folder, target), link);
    }
  }
}
