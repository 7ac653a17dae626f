// Sorting in many ways: all must agree, and the order of equal keys is checked where it is promised.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <string>
#include <vector>

namespace {

uint64_t state = 88172645463325252u;
uint64_t next() {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

uint64_t sum_of(const std::vector<int> &values) {
  uint64_t sum = 14695981039346656037u;
  for (int value : values) sum = (sum ^ static_cast<uint32_t>(value)) * 1099511628211u;
  return sum;
}

void shell_sort(std::vector<int> &values) {
  for (size_t gap = values.size() / 2; gap > 0; gap /= 2) {
    for (size_t at = gap; at < values.size(); at++) {
      int value = values[at];
      size_t to = at;
      for (; to >= gap && values[to - gap] > value; to -= gap) values[to] = values[to - gap];
      values[to] = value;
    }
  }
}

void radix_sort(std::vector<int> &values) {
  std::vector<int> other(values.size());
  for (int shift = 0; shift < 32; shift += 8) {
    size_t counts[257] = {};
    auto digit = [&](int value) { return ((static_cast<uint32_t>(value) ^ 0x80000000u) >> shift) & 255; };
    for (int value : values) counts[digit(value) + 1]++;
    std::partial_sum(counts, counts + 257, counts);
    for (int value : values) other[counts[digit(value)]++] = value;
    values.swap(other);
  }
}

int compare(const void *left, const void *right) {
  int a = *static_cast<const int *>(left), b = *static_cast<const int *>(right);
  return a < b ? -1 : a > b;
}

template <typename Sort>
void report(const char *name, const std::vector<int> &input, Sort sort) {
  std::vector<int> values = input;
  sort(values);
  std::printf("%-12s %016llx %s\n", name, static_cast<unsigned long long>(sum_of(values)),
              std::is_sorted(values.begin(), values.end()) ? "sorted" : "WRONG");
}

void sort_all(const char *title, const std::vector<int> &input) {
  std::printf("%s\n", title);
  report("std::sort", input, [](auto &v) { std::sort(v.begin(), v.end()); });
  report("stable_sort", input, [](auto &v) { std::stable_sort(v.begin(), v.end()); });
  report("qsort", input, [](auto &v) { qsort(v.data(), v.size(), sizeof(int), compare); });
  report("shell", input, shell_sort);
  report("radix", input, radix_sort);
  report("heap", input, [](auto &v) {
    std::make_heap(v.begin(), v.end());
    std::sort_heap(v.begin(), v.end());
  });
  report("partial_sort", input, [](auto &v) { std::partial_sort(v.begin(), v.end(), v.end()); });
  report("list", input, [](auto &v) {
    std::list<int> list(v.begin(), v.end());
    list.sort();
    v.assign(list.begin(), list.end());
  });
  report("multiset", input, [](auto &v) {
    std::multiset<int> set(v.begin(), v.end());
    v.assign(set.begin(), set.end());
  });
  report("queue", input, [](auto &v) {
    std::priority_queue<int, std::vector<int>, std::greater<int>> queue(std::greater<int>(), v);
    for (int &value : v) {
      value = queue.top();
      queue.pop();
    }
  });
}

}  // namespace

int main() {
  std::vector<int> random(20000), few(20000), rising(20000);
  for (int &value : random) value = static_cast<int>(next());
  for (int &value : few) value = static_cast<int>(next() % 7) - 3;
  std::iota(rising.begin(), rising.end(), -10000);
  sort_all("random", random);
  sort_all("few values", few);
  sort_all("rising", rising);
  std::reverse(rising.begin(), rising.end());
  sort_all("falling", rising);

  std::vector<std::pair<int, int>> pairs;
  for (int index = 0; index < 5000; index++) pairs.emplace_back(static_cast<int>(next() % 50), index);
  std::stable_sort(pairs.begin(), pairs.end(), [](auto &a, auto &b) { return a.first < b.first; });
  std::printf("stable: %d\n", std::is_sorted(pairs.begin(), pairs.end()));
  std::nth_element(random.begin(), random.begin() + 777, random.end());
  std::printf("777th: %d\n", random[777]);
  std::map<std::string, int> words;
  for (int index = 0; index < 3000; index++) words["word" + std::to_string(next() % 200)]++;
  for (const auto &[word, count] : words) {
    if (count > 22) std::printf("%s %d\n", word.c_str(), count);
  }
  return 0;
}
