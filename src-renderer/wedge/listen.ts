import { createWedgeRecogniser, gapMs } from './recogniser.ts'

/** Keys that only change what others write. */
const modifierKeys = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock'])

/**
 * A scanner that is a keyboard types wherever the cursor is: into a field, or Enter onto a button. Here its keys are
 * taken before the page has them and become one code; what a person types is handed on, at most `gapMs` later. Returns
 * the function that ends it.
 */
export function listenForWedge(page: Window, scanned: (text: string) => void): () => void {
  const recogniser = createWedgeRecogniser()
  let timer: number | undefined
  let field: HTMLInputElement | HTMLTextAreaElement | null = null

  const handOn = (text: string): void => {
    if (text !== '' && field?.isConnected === true) write(field, text)
  }

  const onKey = (event: KeyboardEvent): void => {
    if (modifierKeys.has(event.key) || event.isComposing || event.repeat) return
    const answer = recogniser.key({
      key: event.key,
      control: event.ctrlKey && !event.altKey,
      atMs: event.timeStamp,
    })
    page.clearTimeout(timer)
    const keep = (): void => {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    switch (answer.kind) {
      case 'typed':
        handOn(answer.before)
        if (!answer.held) return
        break
      case 'scanned':
        keep()
        return scanned(answer.text)
      case 'refused':
        return keep()
      case 'held':
        break
    }
    keep()
    field = fieldOf(event.target)
    timer = page.setTimeout(() => {
      handOn(recogniser.pause())
    }, gapMs)
  }

  page.addEventListener('keydown', onKey, { capture: true })
  return () => {
    page.clearTimeout(timer)
    page.removeEventListener('keydown', onKey, { capture: true })
  }
}

function fieldOf(target: EventTarget | null): HTMLInputElement | HTMLTextAreaElement | null {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
  return isField && !target.readOnly && !target.disabled ? target : null
}

/** As the key would have written it, so that whoever listens to the field hears of it. */
function write(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.setRangeText(
    text,
    field.selectionStart ?? field.value.length,
    field.selectionEnd ?? field.value.length,
    'end',
  )
  field.dispatchEvent(new InputEvent('input', { bubbles: true, data: text, inputType: 'insertText' }))
}
