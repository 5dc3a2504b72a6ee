// Reads the project's own source for the structure test: files, imports, functions and their lengths.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')

export interface SourceFile {
  /** Path from the project's root, with forward slashes. */
  readonly file: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly { readonly specifier: string; readonly target: string | undefined; readonly typeOnly: boolean }[]
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

function readFile(file: string): SourceFile {
  const text = readFileSync(path.join(projectRoot, file), 'utf8')
  const imports = [...text.matchAll(IMPORT)].map((match) => {
    const specifier = (match[2] ?? match[3]) as string
    const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : undefined
    return { specifier, target, typeOnly: match[1] !== undefined }
  })
  return { file, text, lines: text.split('\n').length, imports }
}

/** Every TypeScript file below the given folders of the project. */
export function readSources(folders: readonly string[]): SourceFile[] {
  const walk = (folder: string): string[] =>
    readdirSync(path.join(projectRoot, folder), { withFileTypes: true }).flatMap((entry) => {
      const child = `${folder}/${entry.name}`
      if (entry.isDirectory()) return walk(child)
      return entry.name.endsWith('.ts') ? [child] : []
    })
  return folders.flatMap(walk).sort().map(readFile)
}

/** Functions with their first line and their length in lines, by indentation: the house formatter makes that reliable. */
export function functionsOf(source: SourceFile): { readonly name: string; readonly line: number; readonly length: number }[] {
  const lines = source.text.split('\n')
  return lines.flatMap((line, index) => {
    const start =
      /^(\s*)(?:export\s+)?(?:async\s+)?(?:function\s*\*?\s*(\w+)|const\s+(\w+)\s*=\s*(?:async\s*)?(?:<[^>]*>)?\([^=]*=>\s*\{$|(?:async\s+)?(\w+)\([^)]*\)[^;=]*\{$)/.exec(
        line,
      )
    if (!start) return []
    const [, indent, ...names] = start
    const name = names.find(Boolean) as string
    if (/^(if|for|while|switch|catch|return|test|describe|expect)$/.test(name)) return []
    const end = lines.findIndex((later, at) => at > index && later.startsWith(`${indent}}`))
    return end === -1 ? [] : [{ name, line: index + 1, length: end - index + 1 }]
  })
}
