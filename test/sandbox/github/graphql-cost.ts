// What a query may cost before it runs: GitHub counts the requests its connections stand for and the nodes they could answer.
import type { DocumentNode, FragmentDefinitionNode, GraphQLNamedType, GraphQLSchema, SelectionSetNode, ValueNode } from 'graphql'
import type { Args } from './graphql-node.ts'

type Library = typeof import('graphql')

const MAX_PAGE = 100
const MAX_NODES = 500_000
const REQUESTS_PER_POINT = 100

export interface Measured {
  /** Points: requests of connections ÷ 100, rounded, at least 1. */
  readonly points: number
  /** Nodes that the query could answer. */
  readonly nodes: number
  readonly faults: readonly { readonly type: string; readonly message: string }[]
}

/** Walks the whole document, each connection as often as its parents can have it. */
export function measureQuery(library: Library, schema: GraphQLSchema, document: DocumentNode, variables: Args): Measured {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === library.Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const counted = { requests: 0, nodes: 0 }
  const faults: Measured['faults'][number][] = []
  const read = (value: ValueNode | undefined): unknown =>
    value === undefined ? undefined : library.valueFromASTUntyped(value, variables as Record<string, unknown>)

  const enter = (field: import('graphql').FieldNode, type: GraphQLNamedType, times: number): number => {
    const argument = (name: string) => read(field.arguments?.find((one) => one.name.value === name)?.value)
    const name = field.alias?.value ?? field.name.value
    if (!type.name.endsWith('Connection')) {
      const ids = field.name.value === 'nodes' ? argument('ids') : undefined
      return Array.isArray(ids) ? times * ids.length : times
    }
    counted.requests += times
    const size = argument('first') ?? argument('last')
    const listed = field.selectionSet?.selections.some((one) => one.kind === 'Field' && /^(nodes|edges)$/.test(one.name.value))
    if (typeof size !== 'number') {
      if (listed)
        faults.push({
          type: 'MISSING_PAGINATION_BOUNDARIES',
          message: `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
        })
      return times
    }
    if (size > MAX_PAGE)
      faults.push({
        type: 'EXCESSIVE_PAGINATION',
        message: `Requesting ${size} records on the \`${name}\` connection exceeds the \`first\` limit of ${MAX_PAGE} records.`,
      })
    counted.nodes += times * size
    return times * size
  }
  const walk = (set: SelectionSetNode | undefined, parent: GraphQLNamedType | undefined, times: number): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === library.Kind.FIELD) {
        const type =
          library.isObjectType(parent) || library.isInterfaceType(parent) ? parent.getFields()[selection.name.value]?.type : undefined
        const named = type && library.getNamedType(type)
        if (named) walk(selection.selectionSet, named, enter(selection, named, times))
      } else if (selection.kind === library.Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent
        walk(selection.selectionSet, on, times)
      } else {
        const fragment = fragments.get(selection.name.value)
        if (fragment) walk(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), times)
      }
    }
  }
  for (const definition of document.definitions)
    if (definition.kind === library.Kind.OPERATION_DEFINITION) walk(definition.selectionSet, schema.getQueryType() ?? undefined, 1)
  if (counted.nodes > MAX_NODES)
    faults.push({
      type: 'MAX_NODE_LIMIT_EXCEEDED',
      message: `This query requests up to ${counted.nodes} possible nodes which exceeds the maximum limit of ${MAX_NODES}.`,
    })
  return { points: Math.max(1, Math.round(counted.requests / REQUESTS_PER_POINT)), nodes: counted.nodes, faults }
}
