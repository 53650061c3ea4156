// Proves that the simulation bites: makes one plausible slip at a time in a copy of the source, runs worlds until an
// invariant does not hold, and says which. ./dev mutations [name …]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const mutations = JSON.parse(readFileSync(new URL('./mutations.json', import.meta.url), 'utf8'));

const secondsMax = Number(process.env.VADE_SECONDS ?? 120);
const only = process.argv.slice(2);
const chosen = mutations.filter(mutation => only.length === 0 || only.includes(mutation.name));
if (chosen.length === 0) {
  console.error(`There is no mutation called ${only.join(' or ')}; there are ${mutations.map(mutation => mutation.name).join(', ')}.`);
  process.exit(2);
}

const copy = mkdtempSync(join(tmpdir(), 'vade-mutations-'));
const inCopy = (command, args, more = {}) => execFileSync(command, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', ...more });
const build = () => inCopy('dotnet', ['build', 'tests/Serverless.Benchmarks/Serverless.Benchmarks.csproj', '-c', 'Release', '-v', 'quiet', '-nologo', '-p:RunAnalyzers=false']);
const simulate = seconds => {
  const run = spawnSync(join(copy, 'artifacts/bin/Serverless.Benchmarks/release/Serverless.Benchmarks'), ['simulation', String(seconds)], { encoding: 'utf8', env: { ...process.env, VADE_SEED: '1' } });
  const last = run.stdout.trim().split('\n').at(-1);
  return last?.startsWith('{') ? JSON.parse(last) : { broken: `the run ended with ${run.status}: ${run.stderr.slice(0, 300)}` };
};

let escaped = 0;
try {
  execFileSync('git', ['checkout-index', '-a', '-f', `--prefix=${copy}/`]);
  inCopy('npm', ['ci', '--omit=dev', '--no-progress', '--loglevel=error']);
  build();
  const sound = only.length > 0 ? { broken: null } : simulate(8);
  if (sound.broken) throw new Error(`The source as it is does not hold: ${sound.broken}`);

  for (const { name, file, find, replace, slip, invariant } of chosen) {
    const path = join(copy, file);
    const source = readFileSync(path, 'utf8');
    if (source.split(find).length !== 2) throw new Error(`${name}: the text to change stands ${source.split(find).length - 1} times in ${file}.`);
    writeFileSync(path, source.replace(find, () => replace));
    build();
    const { broken, worlds, commands } = simulate(secondsMax);
    writeFileSync(path, source);
    const caught = broken?.startsWith(invariant);
    if (!caught) escaped++;
    console.log(`${caught ? 'caught ' : broken ? 'CAUGHT OTHERWISE' : 'ESCAPED'}  ${name} (${slip}), after ${worlds} worlds and ${commands} commands: ${broken ?? 'all held'}`.slice(0, 400));
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

console.log(`${chosen.length - escaped} of ${chosen.length} caught by the invariant named.`);
process.exit(escaped === 0 ? 0 : 1);
