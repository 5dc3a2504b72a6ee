// Runs the benchmarks of test/bench from dist/ and prints one table: what was measured, beside what it is compared with in
// the same run, and the limit. Ends with 1 when a limit is exceeded.
import { runBenchmarks } from '../dist/test/bench/run-benchmarks.js'

process.exitCode = await runBenchmarks(process.argv.slice(2))
