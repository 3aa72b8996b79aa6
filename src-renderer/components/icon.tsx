import type { ReactNode } from 'react'

/** Line drawings on a 48 grid, stroke 4, in the colour of the text beside them. */
const drawings = {
  check: <path d="M10 25l10 10 18-22" />,
  face: (
    <>
      <path d="M6 16V9a3 3 0 013-3h7M32 6h7a3 3 0 013 3v7M42 32v7a3 3 0 01-3 3h-7M16 42H9a3 3 0 01-3-3v-7" />
      <path d="M18 19v3M30 19v3M17 30c4 4.500 10 4.500 14 0" />
    </>
  ),
  phone: (
    <>
      <rect x="13" y="4" width="22" height="40" rx="5" />
      <path d="M19 14h4v4h-4zM26 14h3M19 23h3M27 20v6M19 29h10M22 38h4" />
    </>
  ),
  help: (
    <>
      <circle cx="24" cy="24" r="19" />
      <path d="M18.500 19a5.500 5.500 0 118 5c-2 1-2.500 2-2.500 4M24 34v.2" />
    </>
  ),
  display: (
    <>
      <circle cx="24" cy="24" r="18" />
      <path d="M24 6a18 18 0 010 36z" fill="currentColor" />
    </>
  ),
  language: (
    <>
      <circle cx="24" cy="24" r="18" />
      <path d="M6 24h36M24 6c-12 11-12 25 0 36M24 6c12 11 12 25 0 36" />
    </>
  ),
  printer: <path d="M14 16V6h20v10M14 34H7V18a2 2 0 012-2h30a2 2 0 012 2v16h-7M14 28h20v14H14z" />,
  scale: <path d="M8 14h32l-4 8H12zM12 22v18h24V22M24 32v-5M18 32a6 6 0 0112 0" />,
  person: (
    <>
      <circle cx="24" cy="15" r="8" />
      <path d="M8 42c0-9 7-14 16-14s16 5 16 14" />
    </>
  ),
  barcode: <path d="M6 10v28M13 10v28M20 10v28M25 10v28M33 10v28M42 10v28" />,
  offline: <path d="M6 18c10-10 26-10 36 0M13 26c6-6 16-6 22 0M24 36v.2M8 42L40 8" />,
  warning: <path d="M24 6l20 35H4zM24 19v10M24 35v.2" />,
  camera: (
    <>
      <path d="M6 15h8l4-6h12l4 6h8v24H6z" />
      <circle cx="24" cy="26" r="7" />
    </>
  ),
  card: <path d="M5 11h38v26H5zM5 19h38M11 30h10" />,
  cash: (
    <>
      <rect x="4" y="12" width="40" height="24" rx="3" />
      <circle cx="24" cy="24" r="6" />
      <path d="M11 24v.2M37 24v.2" />
    </>
  ),
  coupon: <path d="M5 12h38v8a4 4 0 000 8v8H5v-8a4 4 0 000-8zM30 12v5M30 22v4M30 31v5" />,
  points: <path d="M24 5l5.500 12.500L43 19 33 28l3 14-12-7-12 7 3-14-10-9 13.500-1.500z" />,
  backspace: <path d="M16 10h26v28H16L4 24zM23 19l10 10M33 19L23 29" />,
  close: <path d="M11 11l26 26M37 11L11 37" />,
  arrow: <path d="M8 24h32M28 12l12 12-12 12" />,
  minus: <path d="M9 24h30" />,
  plus: <path d="M9 24h30M24 9v30" />,
  cancel: (
    <>
      <circle cx="24" cy="24" r="19" />
      <path d="M16 16l16 16M32 16L16 32" />
    </>
  ),
  basket: <path d="M4 18h40l-5 23H9zM14 18l8-13M34 18L26 5M18 26v8M24 26v8M30 26v8" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof drawings

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg
      className="icon"
      viewBox="0 0 48 48"
      fill="none"
      stroke="currentColor"
      strokeWidth="4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {drawings[name]}
    </svg>
  )
}
