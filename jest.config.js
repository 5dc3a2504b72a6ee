import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import vm from 'node:vm'

// Jest runs ES modules only under --experimental-vm-modules: start again with the flag when it is missing, so that plain `npx jest` works too.
if (typeof vm.SourceTextModule !== 'function') {
  const run = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', ...process.execArgv, ...process.argv.slice(1)],
    { stdio: 'inherit' },
  )
  process.exit(run.status ?? 1)
}

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // Only catches what hangs; how long something takes is for test/bench.
  testTimeout: 60_000,
  // Much of a flow suite is waiting (leases, windows, providers), so a second worker pays even on two cores; jest's own default there is one.
  maxWorkers: Math.max(2, availableParallelism()),
  // Modules of vm contexts are never collected: a worker that has grown is replaced between suites.
  workerIdleMemoryLimit: '1.5GB',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  collectCoverageFrom: ['app/**/*.ts', 'integrations/**/*.ts'],
}
