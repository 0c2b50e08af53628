import type { WallWord } from '#lib/overview/api/index.ts'

/** A shape for each word, so that colour is not needed. It has the colour of the word beside it. */
const circle = <circle cx="12" cy="12" r="9" fill="currentColor" />

const ring = <circle cx="12" cy="12" r="7.5" fill="none" stroke="currentColor" strokeWidth="2.6" />

const shapes: Record<WallWord, React.ReactNode> = {
  up: circle,
  recovered: (
    <path
      d="M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM10.5 17 18 9.5 16 7.5l-5.5 5.5-2.5-2.5L6 12.5Z"
      fill="currentColor"
      fillRule="evenodd"
    />
  ),
  // two lines, of which one is broken
  one_path: <path d="M1 4h22v5.5H1ZM1 14.5h7V20H1ZM16 14.5h7V20h-7Z" fill="currentColor" />,
  late: (
    <path
      d="M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19ZM10.8 6v7l5 3.2 1.3-2-3.9-2.5V6Z"
      fill="currentColor"
      fillRule="evenodd"
    />
  ),
  degraded: <path d="M12 2.5 22.5 21h-21Z" fill="currentColor" />,
  down: (
    <path
      d="M2.5 2.5h19v19h-19ZM6 8.5 9.5 12 6 15.5 8.5 18l3.5-3.5 3.5 3.5 2.5-2.5-3.5-3.5L18 8.5 15.5 6 12 9.5 8.5 6Z"
      fill="currentColor"
      fillRule="evenodd"
    />
  ),
  unknown: (
    <>
      <rect
        x="3"
        y="3"
        width="18"
        height="18"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeDasharray="4 2.6"
      />
      <path
        d="M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17v.4"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
    </>
  ),
  // nothing is reported that would fill it
  not_reported: ring,
  no_peers: ring,
  maintenance: <path d="M12 1.8 22.2 12 12 22.2 1.8 12ZM7 10.5v3h10v-3Z" fill="currentColor" fillRule="evenodd" />,
}

export function WallGlyph({ word }: { word: WallWord }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="wall-glyph">
      {shapes[word]}
    </svg>
  )
}
