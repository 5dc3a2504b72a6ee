// Lets a child process of a test run the TypeScript sources as they are: `node --import …/typescript-hooks.mjs file.ts`.
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { transform } from '@swc/core'

// Hooks run in a thread of their own, which loads this same file.
if (isMainThread) register(import.meta.url)

/** Node's `load` hook: TypeScript without its types, as an ES module. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  const { code } = await transform(source, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } })
  return { format: 'module', source: code, shortCircuit: true }
}
