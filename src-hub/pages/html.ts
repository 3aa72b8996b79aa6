/** Markup that is safe to send: only `html` makes it, and `html` escapes every value that is not already markup. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = Markup | string | number | null | readonly Value[]

/** `html\`<p>${name}</p>\`` escapes `name`; nested markup and lists of it go in as they are, null as nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...values.map(rendered)))
}

/** Markup another library made, such as a QR symbol's SVG. Never from a request. */
export function trusted(text: string): Markup {
  return new Markup(text)
}

function rendered(value: Value): string {
  if (value === null) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(rendered).join('')
  return String(value).replace(/[&<>"']/g, (character) => escapes[character] ?? character)
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
