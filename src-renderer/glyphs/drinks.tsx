import type { ReactNode } from 'react'

export const drinks = {
  milk: (
    <>
      <path d="M18 24l6-10h16l6 10v32H18z" fill="#f4f8fb" />
      <path d="M24 8h16v7H24z" fill="#3f78b5" />
      <path d="M40 14l6 10v32h-8V24z" fill="#d5e2ec" />
      <path d="M18 34h20v14H18z" fill="#5c9bd6" />
      <path
        d="M23 41c2-3 4-3 5 0s4 3 6 0"
        fill="none"
        stroke="#ffffff"
        strokeWidth="3"
        strokeLinecap="round"
      />
    </>
  ),
  tea: (
    <>
      <path d="M22 20h20c3 4 4 9 4 14v20a4 4 0 01-4 4H22a4 4 0 01-4-4V34c0-5 1-10 4-14z" fill="#c98b3a" />
      <path d="M25 6h14v8H25z" fill="#3f8b49" />
      <path d="M25 14h14l3 6H22z" fill="#dba85e" />
      <path d="M18 32h28v16H18z" fill="#f5f0dd" />
      <path d="M25 44c0-7 5-10 13-9 0 7-5 11-13 9z" fill="#4c9a52" />
    </>
  ),
  coffee: (
    <>
      <path d="M16 20h32l-4 34a4 4 0 01-4 4H24a4 4 0 01-4-4z" fill="#f3ebdf" />
      <path d="M18 31h28l-2 15H20z" fill="#7a4a2b" />
      <path d="M14 14h36v7H14z" fill="#4a2d1b" />
      <path d="M18 8h28l2 6H16z" fill="#6b4630" />
      <ellipse cx="32" cy="38" rx="5" ry="6" fill="#d9b48c" />
      <path d="M33 33c-2 3 1 6-1 10" fill="none" stroke="#7a4a2b" strokeWidth="2" />
    </>
  ),
  water: (
    <>
      <path d="M24 18h16c4 4 5 8 5 12v24a4 4 0 01-4 4H23a4 4 0 01-4-4V30c0-4 1-8 5-12z" fill="#bfe0f2" />
      <path d="M26 6h12v7H26z" fill="#2f7fb8" />
      <path d="M26 13h12l2 5H24z" fill="#dff0f9" />
      <path d="M19 33h26v13H19z" fill="#3f93cc" />
      <path
        d="M24 41c3-4 5-4 8 0s5 4 8 0"
        fill="none"
        stroke="#ffffff"
        strokeWidth="3"
        strokeLinecap="round"
      />
    </>
  ),
  juice: (
    <>
      <path d="M17 18h30v36a4 4 0 01-4 4H21a4 4 0 01-4-4z" fill="#f2953b" />
      <path d="M17 18h30l-4-6H21z" fill="#fbd19a" />
      <path
        d="M34 12V4h9"
        fill="none"
        stroke="#4c9a52"
        strokeWidth="3.500"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="32" cy="38" r="11" fill="#fff1da" />
      <circle cx="32" cy="38" r="8" fill="#f5b04c" />
      <path d="M32 30v16M25 34l14 8M39 34l-14 8" stroke="#fff1da" strokeWidth="2" />
    </>
  ),
  soda: (
    <>
      <path d="M19 14h26l3 6v32l-4 6H20l-4-6V20z" fill="#cf3a3a" />
      <path d="M20 8h24l1 6H19z" fill="#c9ced3" />
      <path d="M16 38c10-9 20 3 32-8v11c-12 10-22-2-32 7z" fill="#ffffff" />
      <path d="M21 20v8" stroke="#ee9a94" strokeWidth="4" strokeLinecap="round" />
    </>
  ),
  beer: (
    <>
      <path d="M44 28h6c4 0 6 2 6 6v9c0 4-2 6-6 6h-6" fill="none" stroke="#b9c2c8" strokeWidth="5" />
      <path d="M13 24h31v30a4 4 0 01-4 4H17a4 4 0 01-4-4z" fill="#eda93a" />
      <path d="M21 32v18M29 32v18M37 32v18" stroke="#c9821f" strokeWidth="3.500" strokeLinecap="round" />
      <path
        d="M11 24c-3-6 2-11 7-9 2-7 12-8 15-2 6-3 13 2 11 8 0 3-2 5-4 5H15c-2 0-3 0-4-2z"
        fill="#fffaf0"
      />
    </>
  ),
  wine: (
    <>
      <path d="M28 6h9v16c5 3 7 7 7 12v20a4 4 0 01-4 4H25a4 4 0 01-4-4V34c0-5 2-9 7-12z" fill="#35523d" />
      <path d="M28 6h9v8h-9z" fill="#8d2440" />
      <path d="M21 36h23v14H21z" fill="#f5ecd8" />
      <circle cx="29" cy="41" r="2.800" fill="#8d2440" />
      <circle cx="35" cy="41" r="2.800" fill="#8d2440" />
      <circle cx="32" cy="46" r="2.800" fill="#8d2440" />
    </>
  ),
} satisfies Record<string, ReactNode>
