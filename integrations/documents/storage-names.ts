// What markdown calls something and what Confluence calls it: one table each, read by the writer and by the reader.
import type { AlertKind } from './document-nodes.ts'

/**
 * Panel macro and title of an alert. Confluence has four panels for GitHub's five alerts; "important" is told apart by its
 * title. Confluence's `note` is the yellow one with the exclamation mark, so it is what GitHub calls a warning.
 */
export const ALERT_MACROS: Readonly<Record<AlertKind, { readonly macro: string; readonly title?: string }>> = {
  note: { macro: 'info' },
  tip: { macro: 'tip' },
  important: { macro: 'info', title: 'Important' },
  warning: { macro: 'note' },
  caution: { macro: 'warning' },
}

/** Languages the code macro highlights on Cloud and Data Center, by each name authors use. */
const EVERYWHERE: Readonly<Record<string, readonly string[]>> = {
  bash: ['sh', 'shell', 'zsh', 'console', 'shellscript'],
  'c#': ['cs', 'csharp'],
  cpp: ['c', 'c++', 'h', 'hpp'],
  css: [],
  diff: ['patch'],
  erl: ['erlang'],
  groovy: ['gradle'],
  java: [],
  js: ['javascript', 'jsx', 'mjs', 'cjs', 'node'],
  perl: ['pl'],
  php: [],
  powershell: ['ps1', 'pwsh', 'posh'],
  py: ['python', 'python3'],
  ruby: ['rb'],
  sass: ['scss'],
  scala: [],
  sql: ['postgresql', 'sqlite', 'plsql'],
  text: ['txt', 'plain', 'plaintext'],
  vb: ['vbnet'],
  xml: ['html', 'xhtml', 'svg', 'xsd', 'xslt'],
  yml: ['yaml'],
}
/** Names that the editor of Cloud knows besides; Data Center shows an error in place of the code for a name it does not know. */
const CLOUD: readonly string[] = [
  'json',
  'typescript',
  'kotlin',
  'go',
  'rust',
  'swift',
  'lua',
  'haskell',
  'graphql',
  'toml',
  'r',
  'matlab',
  'dart',
]
const CLOUD_ALIASES: ReadonlyMap<string, string> = new Map([
  ['ts', 'typescript'],
  ['tsx', 'typescript'],
  ['kt', 'kotlin'],
  ['golang', 'go'],
  ['rs', 'rust'],
  ['hs', 'haskell'],
  ['gql', 'graphql'],
])

const CANONICAL = new Map(Object.entries(EVERYWHERE).flatMap(([name, others]) => [name, ...others].map((other) => [other, name] as const)))

export type ConfluenceProduct = 'cloud' | 'data-center'

/** The macro's word for a language, or undefined where it knows none. */
export function macroLanguage(lang: string, product: ConfluenceProduct): string | undefined {
  const wanted = lang.toLowerCase()
  const known = CANONICAL.get(wanted)
  if (known !== undefined || product === 'data-center') return known
  return CLOUD_ALIASES.get(wanted) ?? (CLOUD.includes(wanted) ? wanted : undefined)
}

/** Anchors that belong to footnotes; no heading slug has a dot. */
export const footnoteAnchor = (label: string): string => `footnote.${label}`
export const footnoteBackAnchor = (label: string): string => `footnote.${label}.back`

/** Drawn by something else than us: kept as code, with a picture where someone made one. */
export const DIAGRAM_LANGUAGES: readonly string[] = [
  'mermaid',
  'plantuml',
  'puml',
  'd2',
  'dot',
  'graphviz',
  'vega',
  'vega-lite',
  'bpmn',
  'ditaa',
]

export const CHECKED_BOX = '\u2611'
export const EMPTY_BOX = '\u2610'
