// What a page is: a path, who may read it, and what it shows. Pages read through use cases, render on the server and work
// without JavaScript. The text a page must show once (katalyst.md 6.4) stands once: navigation and labels avoid its words.
import type { html } from 'hono/html'
import type { AppContext } from '../context.ts'

/** Escaped HTML; every value that is put into a template is escaped unless it is such. */
export type Html = ReturnType<typeof html>

export interface PageCall {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

export interface View {
  /** Heading and title of the page. */
  readonly title: string
  readonly body: Html
}

export interface Page {
  /** With `:name` for parameters. */
  readonly path: string
  /** The entry of the navigation it belongs to. */
  readonly section?: string
  readonly load: (ctx: AppContext, call: PageCall) => Promise<View>
}

/** Something a form does. Needs admin rights; answers with the path to go on at. */
export interface PageAction {
  readonly path: string
  readonly act: (ctx: AppContext, params: Readonly<Record<string, string>>, form: Readonly<Record<string, string>>) => Promise<string>
}
