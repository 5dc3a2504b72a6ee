import { SPENT } from './person.ts'

export const ROOT_FILES = `
query RootFiles($owner: String!, $repo: String!) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    object(expression: "HEAD:") {
      ... on Tree { entries { name type } }
    }
  }
}`

/** Two levels of one folder. */
const FOLDER = `
fragment Folder on Tree {
  entries {
    name
    type
    object {
      ... on Tree { entries { name type } }
    }
  }
}`

/** Folders `f0` to `fN`, by `HEAD:path`. */
export function foldersOf(count: number): string {
  const places = Array.from({ length: count }, (_, at) => at)
  return `
query Folders($owner: String!, $repo: String!, ${places.map((at) => `$f${at}: String!`).join(', ')}) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    ${places.map((at) => `f${at}: object(expression: $f${at}) { ...Folder }`).join('\n    ')}
  }
}
${FOLDER}`
}

export const FILE_TEXT = `
query FileText($owner: String!, $repo: String!, $expression: String!) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    object(expression: $expression) {
      ... on Blob { text }
    }
  }
}`
