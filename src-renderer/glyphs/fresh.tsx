import type { ReactNode } from 'react'

export const fresh = {
  apple: (
    <>
      <path
        d="M32 20c-5-5-20-5-20 12 0 12 8 22 14 22 3 0 4-1.500 6-1.500s3 1.500 6 1.500c6 0 14-10 14-22 0-17-15-17-20-12z"
        fill="#d8473f"
      />
      <path d="M18 27c1-4 4-6 7-6" fill="none" stroke="#f5aba4" strokeWidth="4" strokeLinecap="round" />
      <path d="M32 20c0-5 1-9 4-11" fill="none" stroke="#6b4423" strokeWidth="3.500" strokeLinecap="round" />
      <path d="M36 14c3-6 9-7 13-6-1 5-6 9-13 6z" fill="#4c9a52" />
    </>
  ),
  banana: (
    <>
      <path
        d="M46 8c3 0 5 2 4 5 4 22-10 40-33 41-5 0-8-3-8-6s3-4 7-4c15-2 25-13 27-31 0-3 1-5 3-5z"
        fill="#f4c63d"
      />
      <path d="M47 15c2 17-9 33-33 36" fill="none" stroke="#d99f1f" strokeWidth="3" strokeLinecap="round" />
      <path d="M44 9l5 1 1 4-6-1z" fill="#6b4423" />
    </>
  ),
  tomato: (
    <>
      <ellipse cx="32" cy="36" rx="22" ry="19" fill="#dd4b39" />
      <path d="M16 32c1-5 4-8 8-9" fill="none" stroke="#f7b0a6" strokeWidth="4" strokeLinecap="round" />
      <path d="M32 21l-10-4 7-2 3-7 3 7 8 1-8 4 4 7-7-4-6 4z" fill="#3f8b49" />
    </>
  ),
  vegetable: (
    <>
      <path
        d="M26 38c-14-4-16-20-8-28 5 1 8 4 9 8 1-6 5-10 9-11 5 3 6 8 5 13 4-3 9-3 13-1 0 11-8 20-20 20z"
        fill="#4c9a52"
      />
      <path
        d="M26 24l4 14M37 18l-4 20M47 26L36 38"
        fill="none"
        stroke="#a9d8a4"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path d="M24 36h18c1 10-2 19-9 20s-10-9-9-20z" fill="#eef4dc" />
      <path d="M30 42v10M36 42v9" stroke="#c7d9a8" strokeWidth="2.500" strokeLinecap="round" />
    </>
  ),
  meat: (
    <>
      <path
        d="M10 34c0-14 12-24 26-24 12 0 19 7 19 15 0 12-11 11-15 18-3 6-6 11-14 11-9 0-16-9-16-20z"
        fill="#c8453f"
      />
      <path
        d="M16 35c0-11 9-19 20-19 8 0 13 4 13 9 0 8-10 7-14 15-2 5-4 8-9 8-6 0-10-6-10-13z"
        fill="#e57a70"
      />
      <circle cx="26" cy="33" r="6" fill="#f8ece2" />
      <path d="M34 22c4 0 8 1 9 4" fill="none" stroke="#f8d3cc" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  fish: (
    <>
      <path
        d="M6 32c8-12 20-15 32-11 4 2 7 5 10 7l10-8c1 8 1 16 0 24l-10-8c-3 2-6 5-10 7-12 4-24 1-32-11z"
        fill="#5b91b5"
      />
      <path d="M12 35c8 8 18 10 28 6" fill="none" stroke="#cfe2ee" strokeWidth="4" strokeLinecap="round" />
      <path d="M25 23c3 6 3 12 0 18" fill="none" stroke="#3d6d8d" strokeWidth="3" strokeLinecap="round" />
      <circle cx="17" cy="29" r="2.800" fill="#16303f" />
    </>
  ),
  egg: (
    <>
      <path d="M32 8c9 0 18 15 18 28 0 12-8 20-18 20s-18-8-18-20C14 23 23 8 32 8z" fill="#e9bd8f" />
      <path d="M24 22c2-4 4-6 7-7" fill="none" stroke="#fbe7d0" strokeWidth="4" strokeLinecap="round" />
      <path d="M17 44c4 8 13 11 22 8" fill="none" stroke="#cc9a66" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  cheese: (
    <>
      <path d="M6 34L40 12c10 1 17 9 18 22z" fill="#f7d66b" />
      <path d="M6 34h52v18H6z" fill="#eab93b" />
      <circle cx="19" cy="44" r="4" fill="#c9921f" />
      <circle cx="37" cy="42" r="3" fill="#c9921f" />
      <circle cx="48" cy="47" r="2.500" fill="#c9921f" />
      <ellipse cx="40" cy="25" rx="5" ry="3" fill="#dfae34" />
    </>
  ),
} satisfies Record<string, ReactNode>
