// What a document loses on its way into Confluence and back. docs/confluence-rendering.md shows this table, and a test holds
// each row to what really happens, so that nothing is lost without being listed.

export interface StorageLoss {
  readonly what: string
  /** Markdown as an author may write it. */
  readonly before: string
  /** The same after it has been a page. */
  readonly after: string
  readonly why: string
}

export const STORAGE_LOSSES: readonly StorageLoss[] = [
  {
    what: 'Line ends inside a paragraph',
    before: 'one\ntwo',
    after: 'one two',
    why: 'both show a space; pages do not keep which one it was',
  },
  {
    what: 'How markdown is spelt',
    before: '* __a__\n* _b_',
    after: '- **a**\n- *b*',
    why: 'one spelling, so that equal documents are equal texts',
  },
  { what: 'Loose lists', before: '- a\n\n- b', after: '- a\n- b', why: 'pages have no distance between items to keep' },
  {
    what: 'Other names of a code language',
    before: '```yaml\na: 1\n```',
    after: '```yml\na: 1\n```',
    why: 'the code macro knows one name for each',
  },
  {
    what: 'Words after a code language',
    before: '```js title="x"\na\n```',
    after: '```js\na\n```',
    why: 'the code macro has no place for them',
  },
  {
    what: 'Titles of links and images',
    before: '[a](https://e.org/ "t")',
    after: '[a](https://e.org/)',
    why: 'pages have no place for them',
  },
  {
    what: 'References',
    before: '[a][r]\n\n[r]: https://e.org/',
    after: '[a](https://e.org/)',
    why: 'they are resolved before anything is published',
  },
  {
    what: 'Names of footnotes',
    before: 'a[^note]\n\n[^note]: b',
    after: 'a[^1]\n\n[^1]: b',
    why: 'they are numbered in the order they are cited',
  },
  { what: 'Comments', before: 'a <!-- b -->', after: 'a', why: 'nobody sees them' },
  { what: 'HTML that only sets things apart', before: '<p align="center">a</p>', after: 'a', why: 'its content stays' },
  {
    what: 'HTML between words, as markdown',
    before: 'a <b>b</b> <kbd>c</kbd>',
    after: 'a **b** `c`',
    why: 'the same meaning has one spelling',
  },
  {
    what: 'HTML that pages cannot have',
    before: '<video src="a.mp4">\n</video>',
    after: '```xml\n<video src="a.mp4">\n</video>\n```',
    why: 'it is shown as the code it is',
  },
  { what: 'Addresses that may do harm', before: '<a href="javascript:b">a</a>', after: 'a', why: 'they are never published' },
  { what: 'Numbers of a task list', before: '1. [x] a', after: '1. [x] a', why: 'nothing is lost: the box is a character on the page' },
  {
    what: 'Frontmatter',
    before: '---\nid: 1\n---\n\na',
    after: 'a',
    why: 'it is not part of the page; a change of the page leaves it in the file as it is',
  },
]
