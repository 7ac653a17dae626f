/* Builds, walks and frees binary trees, as in the Computer Language Benchmarks Game: malloc and free. */
#include "program.h"

struct node {
  struct node *left, *right;
};

static struct node *build(unsigned depth) {
  struct node *node = allocate(sizeof *node);
  node->left = depth == 0 ? NULL : build(depth - 1);
  node->right = depth == 0 ? NULL : build(depth - 1);
  return node;
}

static uint64_t count(const struct node *node) {
  return node->left == NULL ? 1 : 1 + count(node->left) + count(node->right);
}

static void release(struct node *node) {
  if (node->left != NULL) {
    release(node->left);
    release(node->right);
  }
  free(node);
}

static uint64_t run_program(uint64_t scale) {
  struct node *lasting = build(14);
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    struct node *tree = build(4 + (unsigned)(round % 10));
    hash = mix(hash, count(tree));
    release(tree);
  }
  hash = mix(hash, count(lasting));
  release(lasting);
  return hash;
}
