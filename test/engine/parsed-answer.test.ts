import { expect, test } from '@jest/globals'
import { handJsonOn, keepJson, readJson } from '../../integrations/engine/parsed-answer.ts'

test('what was kept is what is read, and the body stays unread', async () => {
  const value = { a: 1 }
  const response = keepJson(new Response('{"a":1}'), value)
  expect(await readJson(response)).toBe(value)
  expect(response.bodyUsed).toBe(false)
})

test('nothing kept: the body is parsed, an empty one is undefined, a broken one is a SyntaxError', async () => {
  expect(await readJson(keepJson(new Response('[1]'), undefined))).toEqual([1])
  expect(await readJson(new Response(null, { status: 204 }))).toBeUndefined()
  await expect(readJson(new Response('{"a":'))).rejects.toThrow(SyntaxError)
})

test('a falsy body is kept too', async () => {
  expect(await readJson(keepJson(new Response('null'), null))).toBeNull()
})

test('handed on, the other response says the same', async () => {
  const value = { a: 1 }
  const other = handJsonOn(keepJson(new Response('{"a":1}'), value), new Response('{}'))
  expect(await readJson(other)).toBe(value)
})
