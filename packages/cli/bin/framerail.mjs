#!/usr/bin/env node
// The command's door. It is plain JavaScript that old versions of Node can read too, so that they get a sentence
// instead of a syntax error, and it is committed, so that npm links it before anything is built.
const MINIMUM = [22, 15];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  console.error(
    `Expected Node ${MINIMUM.join('.')} or later but this is ${process.versions.node} (${process.execPath}). ` +
      'Install Node 24; inside the repository `npx framerail` finds the one that `npm run setup` installed.',
  );
  process.exitCode = 1;
} else {
  import('../dist/index.js').then(
    ({ main }) => main(),
    (error) => {
      const isUnbuilt = error.code === 'ERR_MODULE_NOT_FOUND';
      console.error(isUnbuilt ? `${error.message}\nBuild the packages first: npm run build` : error);
      process.exitCode = 1;
    },
  );
}
