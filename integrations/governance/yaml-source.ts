// The only caller of the YAML library. Its parser and its composer recurse, and recursion to the edge of the stack can take
// the whole process down (V8 aborts when it has to compile a regular expression there), which no catch can prevent. So a
// text is first cut into lexemes, which takes no recursion, and goes on only if what it nests is bounded.
import { Composer, type CST, type Document, Lexer, type ParsedNode, Parser } from 'yaml'

/** Deepest nesting of collections that is read. The deepest real artifact has 5 levels. */
export const MAX_DEPTH = 64
/** Lexemes (texts, indicators, blanks, line breaks) of one document. The largest real artifact has about 1,000; 250,000 of them take the parser seconds. */
export const MAX_LEXEMES = 40_000

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
  | { readonly kind: 'too-long' }

/** Composes one YAML document without resolving aliases or dates. Never throws. */
export function composeYaml(yaml: string): ComposedYaml {
  const lexemes: string[] = []
  for (const lexeme of new Lexer().lex(yaml)) if (lexemes.push(lexeme) > MAX_LEXEMES) return { kind: 'too-long' }
  const unbounded = firstUnbounded(lexemes)
  if (unbounded !== undefined) return { kind: 'too-deep', at: unbounded }
  const parser = new Parser()
  const tokens: CST.Token[] = []
  for (const lexeme of lexemes) for (const token of parser.next(lexeme)) tokens.push(token)
  for (const token of parser.end()) tokens.push(token)
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
  const unclosed = unclosedIn(tokens)
  const faults = (document?.errors ?? []).map(({ pos: [start, end], code, message }) => {
    // Noticed where the next key or the end makes it plain, but to be repaired where it was opened.
    const opener = code === 'BAD_INDENT' || code === 'MISSING_CHAR' ? unclosed.findLast((offset) => offset < start) : undefined
    return opener === undefined ? { start, end, message } : { start: opener, end: opener + 1, message }
  })
  if (second !== undefined) faults.push({ start: second.range[0], end: second.range[0], message: 'A second YAML document starts here' })
  return { kind: 'document', document, faults }
}

/** Marks that the next lexeme is the text of a scalar, whatever it looks like. */
const SCALAR_FOLLOWS = '\x1f'
/** Lexemes that stand for nothing in the text. */
const WITHOUT_TEXT: ReadonlySet<string> = new Set([SCALAR_FOLLOWS, '\x02', '\x18'])

/**
 * Offset where brackets nest deeper than the limit, or where more indicators follow each other than any nesting needs: each
 * entry of a list or map has a comma or a line of its own, so indicators only pile up (`a: a: a:`) in text that is no YAML.
 */
function firstUnbounded(lexemes: readonly string[]): number | undefined {
  let offset = 0
  let open = 0
  let indicators = 0
  let isScalar = false
  for (const lexeme of lexemes) {
    if (!isScalar) {
      if (lexeme === '[' || lexeme === '{') open += 1
      else if (lexeme === ']' || lexeme === '}') open = Math.max(0, open - 1)
      else if (lexeme === ':' || lexeme === '-' || lexeme === '?') indicators += 1
      else if (lexeme === ',' || (open === 0 && (lexeme === '\n' || lexeme === '\r\n'))) indicators = 0
      if (open > MAX_DEPTH || indicators > MAX_DEPTH) return offset
    }
    isScalar = lexeme === SCALAR_FOLLOWS
    if (!WITHOUT_TEXT.has(lexeme)) offset += lexeme.length
  }
  return undefined
}

/** Every token with how deep it is nested, without recursion. Stops below the limit: what is deeper is not looked into. */
function* walk(tokens: readonly CST.Token[]): Generator<{ readonly token: CST.Token; readonly depth: number }> {
  const open: { readonly token: CST.Token | null | undefined; readonly depth: number }[] = tokens.map((token) => ({ token, depth: 0 }))
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { token, depth } = at
    if (token === null || token === undefined) continue
    yield { token, depth }
    if (token.type === 'document') open.push({ token: token.value, depth })
    else if ('items' in token && depth < MAX_DEPTH)
      for (const item of token.items) open.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 })
  }
}

/** Offset of the first collection nested deeper than the limit. */
function firstTooDeep(tokens: readonly CST.Token[]): number | undefined {
  for (const { token, depth } of walk(tokens)) if ('items' in token && depth >= MAX_DEPTH) return token.offset
  return undefined
}

/** Whether a quoted text ends with its quote: one that no escaping character before it takes away. */
function isClosed(source: string, quote: string, escaping: string): boolean {
  if (source.length < 2 || !source.endsWith(quote)) return false
  let escapes = 0
  for (let at = source.length - 2; at > 0 && source[at] === escaping; at -= 1) escapes += 1
  return escapes % 2 === 0
}

/** Offsets of brackets and quotes that are opened and not closed, in the order of the text. */
function unclosedIn(tokens: readonly CST.Token[]): readonly number[] {
  const offsets: number[] = []
  for (const { token } of walk(tokens)) {
    if (token.type === 'flow-collection' && !token.end.some(({ type }) => type === 'flow-seq-end' || type === 'flow-map-end'))
      offsets.push(token.offset)
    if (token.type === 'double-quoted-scalar' && !isClosed(token.source, '"', '\\')) offsets.push(token.offset)
    if (token.type === 'single-quoted-scalar' && !isClosed(token.source, "'", "'")) offsets.push(token.offset)
  }
  return offsets.sort((a, b) => a - b)
}
