// The floor to compare validation with: read the same files and do nothing but parse their YAML.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

const folder = process.argv[2] as string
let parsed = 0
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.mdx?$/.test(entry.name)) continue
  const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8')
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1]
  if (front !== undefined && parse(front) !== null) parsed += 1
}
process.stdout.write(`${parsed}\n`)
