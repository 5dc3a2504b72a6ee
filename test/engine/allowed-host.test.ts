import { expect, test } from '@jest/globals'
import { assertAllowedHost } from '../../integrations/engine/allowed-host.ts'

test.each([
  'http://jira.example.com',
  'https://127.0.0.1',
  'https://2130706433',
  'https://0x7f.1',
  'https://10.1.2.3',
  'https://172.31.0.1',
  'https://192.168.1.1:8443',
  'https://169.254.169.254/latest',
  'https://100.64.0.1',
  'https://[::1]',
  'https://[::ffff:10.0.0.1]',
  'https://[fd00::1]',
  'https://[fe80::1]',
  'https://localhost',
  'https://localhost.',
  'https://jira.internal',
  'https://jira',
  'https://user:word@jira.example.com',
  'file:///etc/passwd',
  'jira.example.com',
])('%s is refused', (url) => {
  expect(() => assertAllowedHost(url, { allowPrivateHosts: false })).toThrow(expect.objectContaining({ code: 'config-invalid' }))
})

test.each(['https://acme.atlassian.net/wiki', 'https://8.8.8.8', 'https://[2606:4700::1111]', 'https://172.32.0.1'])(
  '%s is allowed',
  (url) => {
    expect(assertAllowedHost(url, { allowPrivateHosts: false }).href).toContain(url)
  },
)

test('private hosts are allowed where they are meant, and a password in the address never', () => {
  expect(assertAllowedHost('http://127.0.0.1:9/x', { allowPrivateHosts: true }).port).toBe('9')
  expect(() => assertAllowedHost('http://a:b@127.0.0.1', { allowPrivateHosts: true })).toThrow(
    expect.objectContaining({ code: 'config-invalid' }),
  )
})
