import { html } from 'hono/html'
import type { Html } from './page.ts'

/** The form at `/sign-in`. `wrong` says what was wrong with the last try. */
export const signInForm = (to: string, wrong: string | undefined): Html =>
  html`<form class="card" method="post" action="/sign-in">
<input type="hidden" name="to" value="${to}">
${wrong ? html`<p class="error" role="alert" id="wrong">${wrong}</p>` : ''}
<label for="token">Token</label>
<p class="quiet" id="hint">The admin token may do everything, the reading token may look.</p>
<p><input id="token" name="token" type="password" autocomplete="current-password" required aria-describedby="hint${wrong ? ' wrong' : ''}"></p>
<p><button class="first">Sign in</button></p>
</form>`
