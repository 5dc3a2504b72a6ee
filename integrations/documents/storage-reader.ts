// What both halves of reading a page need: how macros and links say their names, and what the surroundings answer.
import { oneLine } from './clean-text.ts'
import { isElement, textContent, type XmlElement, type XmlNode } from './xml-tree.ts'

export interface ReadOptions {
  /** Address of a page in markdown (a path of the repository), the reverse of `StorageOptions.resolveLink`. */
  readonly pageUrl?: (page: { readonly title: string; readonly spaceKey?: string }) => string | undefined
  /** Address of an attachment; default its file name. */
  readonly attachmentUrl?: (name: string) => string | undefined
  /** Where the linked Jira is, so that issues get an address again. */
  readonly jiraBaseUrl?: string
}

export interface StorageScope {
  readonly options: ReadOptions
  /** Says what markdown cannot keep, in a few words. */
  lose(what: string): void
}

export const elementsOf = (nodes: readonly XmlNode[]): XmlElement[] => nodes.filter(isElement)
export const childOf = (element: XmlElement, name: string): XmlElement | undefined =>
  elementsOf(element.children).find((child) => child.name === name)

/** An attribute; an id such as `__proto__` has none. */
export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  Object.hasOwn(element.attributes, name) ? element.attributes[name] : undefined

export const macroName = (element: XmlElement): string | undefined =>
  element.name === 'ac:structured-macro' || element.name === 'ac:macro' ? attributeOf(element, 'ac:name') : undefined

/** A macro's parameter as one line; undefined where it is missing or empty. */
export function parameterOf(macro: XmlElement, name: string): string | undefined {
  const found = elementsOf(macro.children).find((child) => child.name === 'ac:parameter' && (attributeOf(child, 'ac:name') ?? '') === name)
  return (found && oneLine(textContent(found.children))) || undefined
}

export const richBody = (macro: XmlElement): readonly XmlNode[] => childOf(macro, 'ac:rich-text-body')?.children ?? []
export const plainBody = (macro: XmlElement): string => textContent(childOf(macro, 'ac:plain-text-body')?.children ?? [])

/** The name of an anchor macro, else undefined. */
export const anchorName = (node: XmlNode): string | undefined =>
  isElement(node) && macroName(node) === 'anchor' ? parameterOf(node, '') : undefined
