import type { ReactNode } from 'react'

export const pantry = {
  bread: (
    <>
      <path d="M12 30c-5-3-5-16 8-16h24c13 0 13 13 8 16v20a3 3 0 01-3 3H15a3 3 0 01-3-3z" fill="#c98742" />
      <path d="M17 29c-3-3-3-10 5-10h20c8 0 8 7 5 10v19H17z" fill="#f2d3a2" />
      <path d="M24 26h9M24 34h16M24 42h12" stroke="#dcae72" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  rice: (
    <>
      <path d="M8 34h48c0 12-8 20-16 22H24C16 54 8 46 8 34z" fill="#3f6fa3" />
      <path d="M10 34c1-11 10-18 22-18s21 7 22 18z" fill="#fbf9f1" />
      <path
        d="M22 26l3-2M31 22h3M40 27l3 2M27 30l3 1M35 29l3-1"
        stroke="#d5cdb6"
        strokeWidth="2.500"
        strokeLinecap="round"
      />
      <path d="M13 42c8 3 30 3 38 0" fill="none" stroke="#a9c6e4" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  noodles: (
    <>
      <path d="M14 22h36l-4 30a4 4 0 01-4 4H22a4 4 0 01-4-4z" fill="#d8473f" />
      <path d="M11 16h42v7H11z" fill="#f6efe0" />
      <path d="M22 31h20l-1 14H23z" fill="#f7d66b" />
      <path d="M26 34v8M30 34v8M34 34v8M38 34v8" stroke="#c9921f" strokeWidth="2.500" strokeLinecap="round" />
      <path d="M36 16L46 5M41 16L50 7" stroke="#8c5a2e" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  chocolate: (
    <>
      <path d="M14 10h36v44H14z" fill="#6b3d22" />
      <path d="M18 14h12v9H18zM34 14h12v9H34zM18 27h12v3H18z" fill="#8e5632" />
      <path d="M12 30h40v26H12z" fill="#c9413c" />
      <path d="M20 38h24M20 46h15" stroke="#f8dcb0" strokeWidth="3.500" strokeLinecap="round" />
    </>
  ),
  cookie: (
    <>
      <circle cx="32" cy="32" r="23" fill="#d29a57" />
      <path d="M14 27c2-7 7-12 14-13" fill="none" stroke="#eec48a" strokeWidth="4" strokeLinecap="round" />
      <circle cx="25" cy="25" r="4" fill="#6b3d22" />
      <circle cx="40" cy="24" r="3" fill="#6b3d22" />
      <circle cx="44" cy="37" r="4" fill="#6b3d22" />
      <circle cx="30" cy="41" r="4.500" fill="#6b3d22" />
      <circle cx="19" cy="38" r="2.500" fill="#6b3d22" />
    </>
  ),
  candy: (
    <>
      <path d="M18 32L5 21v22zM46 32l13-11v22z" fill="#e58aa6" />
      <circle cx="32" cy="32" r="16" fill="#cf3f6c" />
      <path
        d="M21 40c5-2 8-8 8-17M33 47c4-5 6-13 5-21"
        fill="none"
        stroke="#fbe3ea"
        strokeWidth="4"
        strokeLinecap="round"
      />
    </>
  ),
  icecream: (
    <>
      <path d="M19 32h26L32 60z" fill="#d9a35c" />
      <path d="M24 35l12 14M40 35L29 49" stroke="#b57d37" strokeWidth="2.500" />
      <circle cx="23" cy="26" r="10" fill="#f4b6c4" />
      <circle cx="41" cy="26" r="10" fill="#f7e3b5" />
      <circle cx="32" cy="16" r="11" fill="#a8d8c4" />
      <path d="M26 13c1-2 3-3 5-3" fill="none" stroke="#ffffff" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  yogurt: (
    <>
      <path d="M15 20h34l-4 34a3 3 0 01-3 3H22a3 3 0 01-3-3z" fill="#fbfaf6" />
      <path d="M17 32h30l-2 17H19z" fill="#5c8fd1" />
      <path d="M12 13h40v8H12z" fill="#c7d3e0" />
      <circle cx="28" cy="40" r="4.500" fill="#d8473f" />
      <circle cx="36" cy="42" r="4.500" fill="#b93a52" />
      <path d="M44 13l6-4" stroke="#9fb0c0" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
} satisfies Record<string, ReactNode>
