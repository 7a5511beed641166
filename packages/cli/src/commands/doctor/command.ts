import { Command } from 'commander';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import type { Run } from '../../command-line/run.js';
import { EXIT_CODES } from '../../exit/exit-codes.js';
import { VERSION } from '../../version.js';
import { addonFinding, gpuFinding } from './backends.js';
import { ffmpegFindings } from './ffmpeg.js';
import type { Finding } from './finding.js';
import { memoryFinding, nodeFinding, pipeFinding } from './system.js';

/** Without these nothing can be exported. */
const NEEDED = new Set(['ffmpeg', 'encoders']);

/** `framerail doctor`. */
export function doctorCommand(run: Run): Command {
  return new Command('doctor')
    .description('Says what is there, what is missing, what that costs, and the command that brings it')
    .option('--json', 'print one object on stdout')
    .option('--quiet', 'print nothing but errors and the result')
    .action(run(examine));
}

async function examine({ env, signal }: CommandContext): Promise<Outcome> {
  const findings = [
    nodeFinding(),
    ...(await ffmpegFindings({ env, signal })),
    addonFinding(),
    await gpuFinding(signal),
    memoryFinding(),
    pipeFinding(),
  ];
  const canExport = !findings.some(({ id, state }) => state === 'missing' && NEEDED.has(id));
  return {
    json: { version: VERSION, canExport, findings },
    text: findings.map(findingText).join(''),
    exitCode: canExport ? EXIT_CODES.ok : EXIT_CODES.missing,
  };
}

const MARKS = { ok: 'ok     ', note: 'note   ', missing: 'missing' };

function findingText({ id, state, summary, cost, fix }: Finding): string {
  const lines = [`${MARKS[state]}  ${id.padEnd(9)} ${summary}`];
  const indent = ' '.repeat(MARKS.ok.length + 12);
  if (cost !== undefined) lines.push(`${indent}so: ${cost}`);
  if (fix !== undefined) lines.push(`${indent}do: ${fix}`);
  return `${lines.join('\n')}\n`;
}
