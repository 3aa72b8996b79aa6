import type { ReactNode } from 'react'

export const household = {
  soap: (
    <>
      <path d="M20 28h24c3 3 4 6 4 10v16a4 4 0 01-4 4H20a4 4 0 01-4-4V38c0-4 1-7 4-10z" fill="#6fb7a9" />
      <path d="M27 20h10v8H27z" fill="#4a8f82" />
      <path
        d="M32 20v-9H18"
        fill="none"
        stroke="#4a8f82"
        strokeWidth="4.500"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="M22 38h20v13H22z" fill="#f1f9f6" />
      <circle cx="29" cy="45" r="3.500" fill="#9fd3c8" />
      <circle cx="36" cy="43" r="2.500" fill="#9fd3c8" />
    </>
  ),
  tissue: (
    <>
      <path d="M22 30c-3-10 2-20 10-22 1 5 5 6 8 5 4 5 4 12 2 17z" fill="#fbfbf9" />
      <path
        d="M27 28c-1-7 1-12 5-14M36 28c1-5 1-8 0-11"
        fill="none"
        stroke="#cfd6dc"
        strokeWidth="2.500"
        strokeLinecap="round"
      />
      <path d="M8 28h48v26a3 3 0 01-3 3H11a3 3 0 01-3-3z" fill="#7fa9d6" />
      <ellipse cx="32" cy="29" rx="15" ry="3.500" fill="#4f7cab" />
      <path
        d="M16 43c6-5 10-5 16 0s10 5 16 0"
        fill="none"
        stroke="#dbe8f5"
        strokeWidth="4"
        strokeLinecap="round"
      />
    </>
  ),
  toothpaste: (
    <>
      <path d="M10 14l40 4-6 28-24 2z" fill="#f4f8fb" />
      <path d="M10 14l-4-3 2 40 14-3z" fill="#c7d3e0" />
      <path d="M22 24l25 2-3 13-21 1z" fill="#3f93cc" />
      <path d="M46 22l12 2-3 20-13 1z" fill="#d8473f" />
      <path d="M27 31l13 1" stroke="#ffffff" strokeWidth="3.500" strokeLinecap="round" />
    </>
  ),
  battery: (
    <>
      <path d="M13 16h16v42H13zM35 16h16v42H35z" fill="#2f3a40" />
      <path d="M13 16h16v14H13zM35 16h16v14H35z" fill="#d98d2b" />
      <path d="M17 10h8v6h-8zM39 10h8v6h-8z" fill="#b9c2c8" />
      <path d="M21 36v8M17 40h8M39 40h8" stroke="#f2f4f5" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  umbrella: (
    <>
      <path
        d="M6 36C7 20 18 10 32 10s25 10 26 26c-5-5-12-5-17 0-5-5-13-5-18 0-5-5-12-5-17 0z"
        fill="#7d5fb0"
      />
      <path d="M23 36c0-12 4-21 9-26 5 5 9 14 9 26-5-5-13-5-18 0z" fill="#a78bd3" />
      <path
        d="M32 34v17c0 6-9 6-9 0"
        fill="none"
        stroke="#4b3a6b"
        strokeWidth="3.500"
        strokeLinecap="round"
      />
      <path d="M32 10V6" stroke="#4b3a6b" strokeWidth="3.500" strokeLinecap="round" />
    </>
  ),
} satisfies Record<string, ReactNode>
