import { expect, test } from '@jest/globals'
import { cloudAddress } from '../../integrations/confluence/context.ts'

test.each([
  ['https://site.atlassian.net', 'https://site.atlassian.net/wiki'],
  ['https://site.atlassian.net/wiki/', 'https://site.atlassian.net/wiki'],
  ['https://api.atlassian.com/ex/confluence/1-2', 'https://api.atlassian.com/ex/confluence/1-2/wiki'],
  ['https://proxy.example.com/a/wiki', 'https://proxy.example.com/a/wiki'],
])('the address of Cloud may be pasted as it is: %s', (given, address) => {
  expect(cloudAddress(given)).toBe(address)
})
