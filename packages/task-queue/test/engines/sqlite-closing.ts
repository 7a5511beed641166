// A program that closes its queue while calls are under way, with nothing else to do. Bundled for plain Node.
import { sqlite } from '../../src/sqlite.js';

const [path = '', program = ''] = process.argv.slice(2);
const engine = sqlite({ path, program });
await engine.open();
const calls = ['a', 'b', 'c'].map((name) => engine.profile(name, '1'));
await engine.close();
console.log((await Promise.all(calls)).join());
