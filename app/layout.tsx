import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '#components/ui/fallback-fonts.css'
import './globals.css'
import { clsx } from 'clsx'
import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { preferencesOf } from './_shared/preferences-of.ts'
import { latinMono, latinSans } from './fonts.ts'

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
  // each page carries its own nonce, so none of them can be drawn ahead of its request
  await connection()
  const preferences = await preferencesOf()
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
