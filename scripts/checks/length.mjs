import { sourceFiles, textOf } from './source-files.mjs';

const CODE = /\.(ts|mts|mjs|js|rs|wgsl|c|h)$/;
const REPORTED_LINES = 300;
const REFUSED_LINES = 400;

/** A file that does one thing has about 100 lines; one of 300 is worth a look, one of 400 does several things. */
export async function checkLength({ files = sourceFiles(), text = textOf } = {}) {
  const problems = [];
  const notes = [];
  for (const file of files.filter((path) => CODE.test(path))) {
    const lines = (text(file) ?? '').split('\n').length - 1;
    if (lines > REFUSED_LINES) problems.push(`${file} has ${lines} lines, more than ${REFUSED_LINES}`);
    else if (lines > REPORTED_LINES) notes.push(`${file} has ${lines} lines, more than ${REPORTED_LINES}`);
  }
  return { problems, notes };
}
