/** What one screen looks like to a ruler. Runs inside the page, so it is one self-contained function. */
export interface Findings {
  readonly problems: string[]
  /** Where the total stands, `left,top`; null where there is no sale. */
  readonly totalAt: string | null
}

export interface Expectations {
  /** Screens whose main part may scroll. */
  readonly scrolls: boolean
}

export function measureScreen({ scrolls }: Expectations): Findings {
  const problems: string[] = []
  const sheet = document.querySelector<HTMLElement>('.sheet')
  const main = document.querySelector<HTMLElement>('.main')
  if (sheet === null || main === null) return { problems: ['there is no screen'], totalAt: null }
  const unit = Number.parseFloat(getComputedStyle(sheet).getPropertyValue('--u'))
  const portrait = innerHeight > innerWidth
  const mainBox = main.getBoundingClientRect()

  const name = (element: Element): string =>
    `${element.getAttribute('class') ?? element.tagName} "${(element.textContent ?? '').slice(0, 24)}"`

  /** The part of a box that is not scrolled away. */
  const seen = (element: Element, box: DOMRect): DOMRect | null => {
    const clip = element.closest('.receipt-slot, .consent') ?? (main.contains(element) ? main : null)
    if (clip === null) return box
    const edge = clip.getBoundingClientRect()
    const top = Math.max(box.top, edge.top)
    const bottom = Math.min(box.bottom, edge.bottom)
    return bottom - top > 1 ? new DOMRect(box.left, top, box.width, bottom - top) : null
  }
  const meet = (a: DOMRect, b: DOMRect): boolean =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
  const textBox = (element: Element): DOMRect => {
    const range = document.createRange()
    range.selectNodeContents(element)
    const box = range.getBoundingClientRect()
    // The browser reports ascent and descent of the font; ink needs about 1 em of its 1.45.
    const spare = 0.22 * Number.parseFloat(getComputedStyle(element).fontSize)
    return new DOMRect(box.left, box.top + spare, box.width, Math.max(0, box.height - 2 * spare))
  }

  // Nothing leaves the screen.
  if (document.documentElement.scrollWidth > innerWidth) problems.push('the page scrolls sideways')
  if (main.scrollWidth > main.clientWidth + 1) problems.push('the main part scrolls sideways')
  if (!scrolls && main.scrollHeight > main.clientHeight + 1) {
    problems.push(`the main part is ${main.scrollHeight - main.clientHeight} px too high`)
  }

  // Text: inside its button, over no other text, readable.
  const texts = [...sheet.querySelectorAll<HTMLElement>('*')].filter((element) =>
    [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    ),
  )
  const boxes: { element: HTMLElement; box: DOMRect }[] = []
  for (const element of texts) {
    const box = seen(element, textBox(element))
    if (box === null) continue
    if (box.left < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) {
      problems.push(`${name(element)} leaves the screen`)
    }
    boxes.push({ element, box })
  }
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      if (a.element.contains(b.element) || b.element.contains(a.element)) continue
      if (meet(a.box, b.box)) problems.push(`${name(a.element)} lies over ${name(b.element)}`)
    }
  }

  // Touch targets.
  const smallest = 96 * unit - 0.6
  const targets = [...sheet.querySelectorAll<HTMLButtonElement>('button')]
  const targetBoxes = targets.map((button) => button.getBoundingClientRect())
  for (const [index, button] of targets.entries()) {
    const box = targetBoxes[index] ?? new DOMRect()
    if (box.width < smallest || box.height < smallest) {
      problems.push(`${name(button)} is ${Math.round(box.width)} x ${Math.round(box.height)} px`)
    }
    const text = textBox(button)
    if (
      text.width > 0 &&
      (text.left < box.left || text.right > box.right || text.top < box.top || text.bottom > box.bottom)
    ) {
      problems.push(`${name(button)} is clipped`)
    }
    for (const [other, otherBox] of targetBoxes.entries()) {
      if (other <= index || main.contains(button) !== main.contains(targets[other] ?? null)) continue
      if (meet(box, otherBox)) problems.push(`${name(button)} overlaps another button`)
    }
  }

  // Contrast, computed as WCAG 2 has it.
  const parse = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = parse(colour).map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const ratio = (a: string, b: string): number => {
    const [x, y] = [luminance(a), luminance(b)]
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
  }
  const backgroundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at)
      if (parse(backgroundColor)[3] !== 0 && backgroundColor !== 'transparent') return backgroundColor
    }
    return 'rgb(255, 255, 255)'
  }
  for (const { element } of boxes) {
    const found = ratio(getComputedStyle(element).color, backgroundOf(element))
    const wanted = element.closest(':disabled') === null ? 7 : 4.5
    if (found < wanted) problems.push(`${name(element)} has contrast ${found.toFixed(1)} : 1`)
  }
  for (const button of targets) {
    const { borderTopColor, borderTopWidth } = getComputedStyle(button)
    if (button.disabled || Number.parseFloat(borderTopWidth) === 0 || button.dataset['tone'] === 'quiet')
      continue
    const edge = Math.max(
      ratio(borderTopColor, backgroundOf(button.parentElement)),
      ratio(backgroundOf(button), backgroundOf(button.parentElement)),
    )
    if (edge < 3) problems.push(`${name(button)} has an edge of contrast ${edge.toFixed(1)} : 1`)
  }

  // The total is the largest figure; what to do next is where hands are.
  const total = document.querySelector<HTMLElement>('.total-figure')
  if (total !== null) {
    const size = Number.parseFloat(getComputedStyle(total).fontSize)
    for (const { element } of boxes) {
      if (element !== total && Number.parseFloat(getComputedStyle(element).fontSize) >= size) {
        problems.push(`${name(element)} is as large as the total`)
      }
    }
  }
  if (portrait) {
    const primaries = sheet.querySelectorAll<HTMLElement>('[data-tone="primary"]')
    const actions = primaries.length > 0 ? primaries : sheet.querySelectorAll<HTMLElement>('.actions button')
    for (const action of actions) {
      if (action.getBoundingClientRect().top < innerHeight / 2)
        problems.push(`${name(action)} is out of reach`)
    }
  }
  if (mainBox.height < 200 * unit) problems.push('the main part has no room')

  const place = total?.getBoundingClientRect()
  return {
    problems,
    totalAt: place === undefined ? null : `${Math.round(place.left)},${Math.round(place.bottom)}`,
  }
}
