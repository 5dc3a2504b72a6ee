// The part of JQL that clients of ours use, as a tree. What is not understood is refused like a syntax error of the real
// site: a query that silently matched everything would hide a client's fault.

export type JqlOperator = '=' | '!=' | '~' | '!~' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not'

export type JqlNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly JqlNode[] }
  | { readonly kind: 'not'; readonly part: JqlNode }
  | { readonly kind: 'clause'; readonly field: string; readonly operator: JqlOperator; readonly values: readonly string[] }

export interface JqlQuery {
  /** Undefined when the query only orders: it is unbounded. */
  readonly where: JqlNode | undefined
  readonly order: readonly { readonly field: string; readonly descending: boolean }[]
}

interface Token {
  readonly text: string
  readonly kind: 'word' | 'quoted' | 'sign'
}

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|!~|<=|>=|[=~<>(),])|([^\s"'=~<>!(),]+(?:\(\))?))/y

function tokenize(text: string): Token[] | string {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null) return `Error in the JQL Query: it is not understood at character ${at + 1}.`
    const [, double, single, sign, word] = match
    const quoted = double ?? single
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replace(/\\(.)/g, '$1') })
    else tokens.push(sign === undefined ? { kind: 'word', text: word ?? '' } : { kind: 'sign', text: sign })
  }
  return tokens
}

class JqlSyntax extends Error {}

/** The query as a tree, or the sentence that refuses it. */
export function parseJql(text: string): JqlQuery | string {
  const tokens = tokenize(text)
  if (typeof tokens === 'string') return tokens
  try {
    return readQuery(makeCursor(tokens))
  } catch (error) {
    if (error instanceof JqlSyntax) return error.message
    throw error
  }
}

const SIGNS = new Set(['=', '!=', '~', '!~', '<', '<=', '>', '>='])

/** A place in the tokens, and the ways to step over them. */
function makeCursor(tokens: readonly Token[]) {
  let at = 0
  const isWord = (word: string, offset = 0) => {
    const token = tokens[at + offset]
    return token?.kind === 'word' && token.text.toLowerCase() === word
  }
  const isSign = (sign: string) => tokens[at]?.kind === 'sign' && tokens[at]?.text === sign
  const fail = (wanted: string): never => {
    const found = tokens[at]
    throw new JqlSyntax(`Error in the JQL Query: expecting ${wanted} but got ${found ? `'${found.text}'` : 'the end of the query'}.`)
  }
  const takeIf = (fits: boolean) => {
    if (fits) at += 1
    return fits
  }
  const word = (text: string) => takeIf(isWord(text))
  const sign = (text: string) => takeIf(isSign(text))
  const value = (): string => {
    const token = tokens[at]
    if (token === undefined || token.kind === 'sign') return fail('a value')
    at += 1
    return token.text
  }
  const comparison = (): JqlOperator | undefined => {
    const token = tokens[at]
    return token?.kind === 'sign' && SIGNS.has(token.text) && takeIf(true) ? (token.text as JqlOperator) : undefined
  }
  return { isWord, word, sign, value, comparison, fail, isEnd: () => at >= tokens.length }
}

type Cursor = ReturnType<typeof makeCursor>

// Recursive descent: OR binds weakest, then AND, then NOT.

function readQuery(cursor: Cursor): JqlQuery {
  const onlyOrders = cursor.isEnd() || (cursor.isWord('order') && cursor.isWord('by', 1))
  const where = onlyOrders ? undefined : readEither(cursor)
  const order: { field: string; descending: boolean }[] = []
  if (cursor.word('order')) {
    if (!cursor.word('by')) cursor.fail("'by'")
    do {
      const field = cursor.value()
      const descending = cursor.word('desc')
      if (!descending) cursor.word('asc')
      order.push({ field, descending })
    } while (cursor.sign(','))
  }
  if (!cursor.isEnd()) cursor.fail('the end of the query')
  return { where, order }
}

function readJoined(cursor: Cursor, kind: 'and' | 'or', next: (cursor: Cursor) => JqlNode): JqlNode {
  const first = next(cursor)
  const parts = [first]
  while (cursor.word(kind)) parts.push(next(cursor))
  return parts.length === 1 ? first : { kind, parts }
}

const readEither = (cursor: Cursor): JqlNode => readJoined(cursor, 'or', readBoth)
const readBoth = (cursor: Cursor): JqlNode => readJoined(cursor, 'and', readUnary)

function readUnary(cursor: Cursor): JqlNode {
  if (cursor.word('not')) return { kind: 'not', part: readUnary(cursor) }
  if (!cursor.sign('(')) return readClause(cursor)
  const inner = readEither(cursor)
  if (!cursor.sign(')')) cursor.fail("')'")
  return inner
}

function readClause(cursor: Cursor): JqlNode {
  const field = cursor.value()
  const comparison = cursor.comparison()
  if (comparison) return { kind: 'clause', field, operator: comparison, values: [cursor.value()] }
  if (cursor.word('in')) return { kind: 'clause', field, operator: 'in', values: readList(cursor) }
  if (cursor.isWord('not') && cursor.isWord('in', 1) && cursor.word('not') && cursor.word('in'))
    return { kind: 'clause', field, operator: 'not in', values: readList(cursor) }
  if (!cursor.word('is')) return cursor.fail('an operator')
  const operator = cursor.word('not') ? 'is not' : 'is'
  if (!cursor.word('empty') && !cursor.word('null')) cursor.fail('EMPTY')
  return { kind: 'clause', field, operator, values: [] }
}

function readList(cursor: Cursor): string[] {
  if (!cursor.sign('(')) cursor.fail("'('")
  const values = [cursor.value()]
  while (cursor.sign(',')) values.push(cursor.value())
  if (!cursor.sign(')')) cursor.fail("')'")
  return values
}
