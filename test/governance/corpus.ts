// Katalyst's real artifacts, which lie beside the project and are never copied into it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(process.cwd(), '../shared/data/katalyst-governance')

/** False where the data is not beside the project; tests on it are then skipped by name. */
export const hasCorpus = existsSync(ROOT)

/** Every file, with its path inside the governed folder. */
export function readCorpus(): readonly { readonly file: string; readonly content: string }[] {
  const entries = readdirSync(ROOT, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: path.slice(ROOT.length + 1).replaceAll('\\', '/'), content: readFileSync(path, 'utf8') }))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
}
