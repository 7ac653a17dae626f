/* A stack machine in one switch, running a loop of a dozen instructions: indirect jumps. */
#include "program.h"

enum operation { PUSH, LOAD, STORE, ADD, SUBTRACT, MULTIPLY, XOR, SHIFT, LESS, JUMP_IF, JUMP, SWAP, DUPLICATE, HALT };

struct instruction {
  uint8_t operation;
  int32_t operand;
};

/* variables: 0 counter, 1 accumulator, 2 other */
static const struct instruction program[] = {
    {PUSH, 0},  {STORE, 0},                                              /* counter = 0 */
    {LOAD, 0},  {LOAD, 1},  {XOR, 0},       {STORE, 2},                  /* 2: other = counter ^ accumulator */
    {LOAD, 1},  {PUSH, 31}, {MULTIPLY, 0},  {LOAD, 2},    {ADD, 0},      /* accumulator = accumulator * 31 + other */
    {STORE, 1}, {LOAD, 1},  {DUPLICATE, 0}, {SHIFT, 7},   {SUBTRACT, 0}, /* accumulator -= accumulator >> 7 */
    {STORE, 1}, {LOAD, 2},  {PUSH, 64},     {LESS, 0},    {JUMP_IF, 24}, /* if (other < 64) skip */
    {LOAD, 1},  {PUSH, 17}, {JUMP, 26},     {LOAD, 2},    {LOAD, 1},     /* 24 */
    {SWAP, 0},  {XOR, 0},   {STORE, 1},                                  /* 26: accumulator ^= the top */
    {LOAD, 0},  {PUSH, 1},  {ADD, 0},       {STORE, 0},                  /* counter++ */
    {LOAD, 0},  {LOAD, 3},  {LESS, 0},      {JUMP_IF, 2},                /* while (counter < variable 3) */
    {HALT, 0}};

static uint64_t interpret(uint64_t variables[4]) {
  uint64_t stack[16];
  unsigned top = 0;
  const struct instruction *at = program;
  for (;;) {
    struct instruction instruction = *at++;
    switch ((enum operation)instruction.operation) {
      case PUSH:
        stack[top++] = (uint64_t)instruction.operand;
        break;
      case LOAD:
        stack[top++] = variables[instruction.operand];
        break;
      case STORE:
        variables[instruction.operand] = stack[--top];
        break;
      case ADD:
        top--, stack[top - 1] += stack[top];
        break;
      case SUBTRACT:
        top--, stack[top - 1] -= stack[top];
        break;
      case MULTIPLY:
        top--, stack[top - 1] *= stack[top];
        break;
      case XOR:
        top--, stack[top - 1] ^= stack[top];
        break;
      case SHIFT:
        stack[top - 1] >>= instruction.operand;
        break;
      case LESS:
        top--, stack[top - 1] = stack[top - 1] < stack[top];
        break;
      case JUMP_IF:
        if (stack[--top] != 0) at = program + instruction.operand;
        break;
      case JUMP:
        at = program + instruction.operand;
        break;
      case SWAP: {
        uint64_t upper = stack[top - 1];
        stack[top - 1] = stack[top - 2];
        stack[top - 2] = upper;
        break;
      }
      case DUPLICATE:
        stack[top] = stack[top - 1], top++;
        break;
      case HALT:
        return variables[1];
    }
  }
}

static uint64_t run_program(uint64_t scale) {
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    uint64_t variables[4] = {0, round, 0, 20000};
    hash = mix(hash, interpret(variables));
  }
  return hash;
}
