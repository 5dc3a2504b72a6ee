import { expect, test } from '@jest/globals'
import { textTable, toCell } from '../../../app/cli/text-table.ts'

test('columns are as wide as their longest cell, and the last one is not padded', () => {
  expect(
    textTable(
      ['id', 'title'],
      [
        ['ROAD-001', 'a'],
        ['R', undefined],
      ],
    ),
  ).toBe('id        title\nROAD-001  a\nR         –\n')
})

test('content cannot move the cursor, break the line or colour the screen', () => {
  expect(toCell('a\u001b[2Jb\r\nc\u0007\u2028d')).toBe('a [2Jb c d')
})
