'use client'

import CheckIcon from 'lucide-react/icons/check'
import CopyIcon from 'lucide-react/icons/copy'
import { type ComponentProps, useEffect, useState } from 'react'
import { Button, IconButton } from './button.tsx'

/** Puts text on the clipboard, and says that it did. Without `children` it shows an icon alone. */
export function CopyButton({
  text,
  label,
  children,
  ...props
}: Omit<ComponentProps<'button'>, 'onClick'> & { text: string | (() => string); label: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = async () => {
    await copyText(typeof text === 'function' ? text() : text)
    setCopied(true)
  }
  const icon = copied ? <CheckIcon aria-hidden /> : <CopyIcon aria-hidden />
  if (!children) {
    return (
      <IconButton label={copied ? 'Copied' : label} onClick={copy} {...props}>
        {icon}
      </IconButton>
    )
  }
  return (
    <Button onClick={copy} {...props}>
      {icon}
      {copied ? 'Copied' : children}
    </Button>
  )
}

/** The clipboard is closed to pages on plain http from another machine: there the old command still works. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
