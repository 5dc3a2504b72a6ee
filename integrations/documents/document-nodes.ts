// What our documents say beyond markdown. Each is a node of its own, so that a serializer decides what it becomes (a macro in
// Confluence, an element in HTML, words in markdown) and nothing is recognised in text a second time.
import type { BlockContent, Data, DefinitionContent, PhrasingContent } from 'mdast'
import type { XmlElement } from './xml-tree.ts'

/** Colours of a lozenge, in Confluence's own words. */
export const STATUS_COLOURS = ['Grey', 'Blue', 'Green', 'Yellow', 'Red', 'Purple'] as const
export type StatusColour = (typeof STATUS_COLOURS)[number]

/** The five alerts of GitHub, as they stand in the text. */
export const ALERT_KINDS = ['note', 'tip', 'important', 'warning', 'caution'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** A short word in a coloured lozenge. */
export interface Status {
  type: 'status'
  value: string
  colour: StatusColour
  data?: Data
}

/** An issue of Jira by its key; `url` is where people see it. */
export interface JiraIssue {
  type: 'jiraIssue'
  value: string
  url: string
  data?: Data
}

/** A place that links lead to. Not seen. */
export interface Anchor {
  type: 'anchor'
  name: string
  data?: Data
}

/** Text that HTML can mark and markdown cannot. */
export interface Marked {
  type: 'subscript' | 'superscript' | 'underline'
  children: PhrasingContent[]
  data?: Data
}

/** A table of contents of the headings that follow. */
export interface Toc {
  type: 'toc'
  data?: Data
}

/** A part that is folded until someone opens it. */
export interface Details {
  type: 'details'
  summary: string
  children: (BlockContent | DefinitionContent)[]
  data?: Data
}

/** A panel: something to notice. */
export interface Alert {
  type: 'alert'
  kind: AlertKind
  children: (BlockContent | DefinitionContent)[]
  data?: Data
}

/** A picture made by us. `name` is its file name, `svg` its root element, `alt` what it shows in one sentence. */
export interface Drawing {
  type: 'drawing'
  name: string
  svg: XmlElement
  alt: string
  data?: Data
}

declare module 'mdast' {
  interface BlockContentMap {
    toc: Toc
    details: Details
    alert: Alert
    drawing: Drawing
  }
  interface PhrasingContentMap {
    status: Status
    jiraIssue: JiraIssue
    anchor: Anchor
    marked: Marked
  }
  interface RootContentMap {
    toc: Toc
    details: Details
    alert: Alert
    drawing: Drawing
    status: Status
    jiraIssue: JiraIssue
    anchor: Anchor
    marked: Marked
  }
}
