// The elements of Confluence's storage format that pages are made of, each built in one place.
import type { StatusColour } from './document-nodes.ts'
import { cdata, element, text, type XmlElement, type XmlNode } from './xml-tree.ts'

/** A parameter holds its value and nothing else: white space around it would become part of it. */
const parameter = (name: string, value: string): XmlElement => element('ac:parameter', { 'ac:name': name }, [text(value.trim())])

const parameters = (values: Readonly<Record<string, string | undefined>>): XmlElement[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [parameter(name, value)]))

const macro = (name: string, children: readonly XmlNode[]): XmlElement =>
  element('ac:structured-macro', { 'ac:name': name, 'ac:schema-version': '1' }, children)

export const anchorMacro = (name: string): XmlElement => macro('anchor', [parameter('', name)])

export const codeMacro = (value: string, language: string | undefined, title: string | undefined): XmlElement =>
  macro('code', [...parameters({ language, title }), element('ac:plain-text-body', {}, [cdata(value)])])

/** A macro around blocks: panels (`info`, `tip`, `note`, `warning`) and `expand`. */
export const richMacro = (name: string, title: string | undefined, body: readonly XmlNode[]): XmlElement =>
  macro(name, [...parameters({ title }), element('ac:rich-text-body', {}, body)])

export const statusMacro = (title: string, colour: StatusColour): XmlElement => macro('status', parameters({ title, colour }))

export const tocMacro = (): XmlElement => macro('toc', parameters({ maxLevel: '3' }))

export const jiraMacro = (key: string, server: string, serverId: string | undefined): XmlElement =>
  macro('jira', parameters({ server, serverId, key }))

const linkBody = (children: readonly XmlNode[]): XmlElement => element('ac:link-body', {}, children)

/** To a place on the page itself. */
export const anchorLink = (anchor: string, children: readonly XmlNode[]): XmlElement =>
  element('ac:link', { 'ac:anchor': anchor }, [linkBody(children)])

/** To a page by its title, which is what stays true when pages move; the space is named where it is another one. */
export const pageLink = (
  page: { readonly title: string; readonly spaceKey?: string; readonly anchor?: string },
  children: readonly XmlNode[],
): XmlElement =>
  element('ac:link', { 'ac:anchor': page.anchor }, [
    element('ri:page', { 'ri:space-key': page.spaceKey, 'ri:content-title': page.title }),
    linkBody(children),
  ])

export const attachmentLink = (filename: string, children: readonly XmlNode[]): XmlElement =>
  element('ac:link', {}, [element('ri:attachment', { 'ri:filename': filename }), linkBody(children)])

export const urlLink = (href: string, children: readonly XmlNode[]): XmlElement => element('a', { href }, children)

const image = (alt: string, source: XmlElement): XmlElement => element('ac:image', { 'ac:alt': alt === '' ? undefined : alt }, [source])
export const attachedImage = (filename: string, alt: string): XmlElement =>
  image(alt, element('ri:attachment', { 'ri:filename': filename }))
export const remoteImage = (url: string, alt: string): XmlElement => image(alt, element('ri:url', { 'ri:value': url }))

export const task = (id: number, isDone: boolean, body: readonly XmlNode[]): XmlElement =>
  element('ac:task', {}, [
    element('ac:task-id', {}, [text(String(id))]),
    element('ac:task-status', {}, [text(isDone ? 'complete' : 'incomplete')]),
    element('ac:task-body', {}, body),
  ])
