import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import localFont from 'next/font/local'
import '#components/ui/fallback-fonts.css'
import './globals.css'
import { clsx } from 'clsx'
import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { readCookiePreferences } from './_shared/cookie-preferences.ts'

// Every page needs the Latin letters, so this font is preloaded with the page and not only after its style sheet. The
// style sheets of the font packages load other alphabets on demand. Next reads these calls from the source text, so
// they cannot share constants.
const latinSans = localFont({
  src: '../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-latin-sans',
  adjustFontFallback: false,
  declarations: [
    {
      prop: 'unicode-range',
      value:
        'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
    },
  ],
})

const latinMono = localFont({
  src: '../node_modules/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
  weight: '100 800',
  variable: '--font-latin-mono',
  adjustFontFallback: false,
  declarations: [
    {
      prop: 'unicode-range',
      value:
        'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
    },
  ],
})

export const metadata: Metadata = {
  title: { default: 'Peerwatch', template: '%s · Peerwatch' },
  description: 'BGP sessions, routes and bytes of the hybrid edge of an Azure estate.',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#11161d' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // each response has its own nonce (content security policy), so pages cannot be rendered before they are requested
  await connection()
  const preferences = await readCookiePreferences()
  return (
    <html
      lang="en"
      data-theme={preferences.theme}
      data-density={preferences.density}
      className={clsx(latinSans.variable, latinMono.variable)}
    >
      <body>{children}</body>
    </html>
  )
}
