// The only caller of the YAML library. Text becomes tokens first, their depth is measured without recursion, and only then
// is the tree composed: composing recurses, and a deep enough document takes the whole process down (V8 aborts when it
// compiles a regular expression at the edge of the stack), which no catch can prevent.
import { Composer, type CST, type Document, type ParsedNode, Parser } from 'yaml'

/** Deepest nesting of collections that is read. The deepest real artifact has 5 levels. */
export const MAX_DEPTH = 64

export type YamlDocument = Document.Parsed<ParsedNode>

/** A fault in YAML text; offsets count from the start of that text. */
export interface YamlFault {
  readonly start: number
  readonly end: number
  readonly message: string
}

export type ComposedYaml =
  | { readonly kind: 'document'; readonly document: YamlDocument | undefined; readonly faults: readonly YamlFault[] }
  | { readonly kind: 'too-deep'; readonly at: number }

/** Composes one YAML document without resolving aliases or dates. Never throws. */
export function composeYaml(yaml: string): ComposedYaml {
  const tokens = [...new Parser().parse(yaml)]
  const tooDeep = firstTooDeep(tokens)
  if (tooDeep !== undefined) return { kind: 'too-deep', at: tooDeep }
  const composer = new Composer<ParsedNode, true>({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const documents = [...composer.compose(tokens, false)]
  const [document, second] = documents
  const faults = (document?.errors ?? []).map(({ pos, message }) => ({ start: pos[0], end: pos[1], message }))
  if (second !== undefined) faults.push({ start: second.range[0], end: second.range[0], message: 'A second YAML document starts here' })
  return { kind: 'document', document, faults }
}

/** Offset of the first collection nested deeper than the limit. */
function firstTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: { readonly token: CST.Token | null | undefined; readonly depth: number }[] = tokens.map((token) => ({ token, depth: 0 }))
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { token, depth } = at
    if (token === null || token === undefined) continue
    if (token.type === 'document') {
      open.push({ token: token.value, depth })
    } else if ('items' in token) {
      if (depth >= MAX_DEPTH) return token.offset
      for (const item of token.items) open.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 })
    }
  }
  return undefined
}
