// What C++ programs expect of their runtime: exceptions through many frames, streams, locales, virtual calls,
// thread-local storage, static initialization, allocation that fails; and a thread, which is refused.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <locale>
#include <memory>
#include <new>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <vector>

namespace {

struct Tracer {
  explicit Tracer(std::string what) : name(std::move(what)) {}
  ~Tracer() { std::cout << "~" << name << '\n'; }
  std::string name;
};

Tracer at_end("static");
thread_local int local = 41;

void dive(int depth) {
  Tracer tracer("frame " + std::to_string(depth));
  if (depth == 0) throw std::out_of_range("the bottom");
  try {
    dive(depth - 1);
  } catch (const std::logic_error &) {
    if (depth % 2) throw;
    std::throw_with_nested(std::runtime_error("at " + std::to_string(depth)));
  }
}

void unwrap(const std::exception &error) {
  std::cout << typeid(error).name() << ": " << error.what() << '\n';
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception &inner) {
    unwrap(inner);
  }
}

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Square : Shape {
  explicit Square(double of) : side(of) {}
  double area() const override { return side * side; }
  double side;
};
struct Circle : Shape {
  explicit Circle(double of) : radius(of) {}
  double area() const override { return 3.14159265358979 * radius * radius; }
  double radius;
};

void exceptions() {
  try {
    dive(3);
  } catch (const std::exception &error) {
    unwrap(error);
  }
  try {
    std::vector<int>(3).at(7);
  } catch (const std::exception &error) {
    std::cout << error.what() << '\n';
  }
  try {
    volatile size_t size = std::numeric_limits<size_t>::max() / 2;
    ::operator delete(::operator new(size));
  } catch (const std::bad_alloc &error) {
    std::cout << error.what() << '\n';
  }
  std::unique_ptr<Shape> shape = std::make_unique<Circle>(2);
  try {
    std::cout << dynamic_cast<Square &>(*shape).side << '\n';
  } catch (const std::bad_cast &error) {
    std::cout << error.what() << '\n';
  }
  long sum = 0;
  for (int round = 0; round < 2000; round++) {
    try {
      if (round % 3) throw round;
      throw std::string("text");
    } catch (int number) {
      sum += number;
    } catch (const std::string &text) {
      sum += static_cast<long>(text.size());
    }
  }
  std::cout << sum << '\n';
}

void streams() {
  std::cout << std::setw(8) << std::setfill('*') << 42 << ' ' << std::hex << std::showbase << 255 << std::dec << ' '
            << std::fixed << std::setprecision(3) << 3.14159 << ' ' << std::scientific << 12345.678 << ' '
            << std::defaultfloat << 1e100 << ' ' << std::boolalpha << true << '\n';
  std::istringstream in("12 0x1f 3.5e2 word\nthe rest of it");
  int number = 0, hexadecimal = 0;
  double real = 0;
  std::string word, line;
  in >> number >> std::hex >> hexadecimal >> real >> word;
  std::getline(in >> std::ws, line);
  std::cout << number << ' ' << hexadecimal << ' ' << real << ' ' << word << " [" << line << "] " << in.eof() << '\n';
  {
    std::ofstream file("work/stream");
    for (int index = 0; index < 1000; index++) file << index << '\n';
  }
  std::ifstream file("work/stream");
  long sum = 0, count = 0;
  for (int value; file >> value; count++) sum += value;
  file.clear();
  file.seekg(-4, std::ios::end);
  file >> number;
  std::cout << count << ' ' << sum << ' ' << number << ' ' << std::ifstream("work/missing").is_open() << '\n';
  std::cerr << "to standard error\n";
}

void locales() {
  try {
    std::locale named("de_DE.UTF-8");
    std::cout << "the locale " << named.name() << '\n';
  } catch (const std::runtime_error &error) {
    std::cout << error.what() << '\n';
  }
  struct Points : std::numpunct<char> {
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
    char do_decimal_point() const override { return ','; }
  };
  std::ostringstream out;
  out.imbue(std::locale(std::locale::classic(), new Points));
  out << 1234567890 << ' ' << 1234.5;
  std::cout << out.str() << ' ' << std::toupper('q', std::locale::classic()) << '\n';
}

void containers() {
  std::mt19937 random(5489);
  std::unordered_map<std::string, int> counts;
  for (int index = 0; index < 5000; index++) counts["k" + std::to_string(random() % 500)]++;
  int most = 0;
  for (const auto &[key, count] : counts) most = std::max(most, count);
  std::normal_distribution<double> normal;
  double sum = 0;
  for (int index = 0; index < 1000; index++) sum += normal(random);
  std::cout << counts.size() << ' ' << most << ' ' << std::setprecision(17) << sum << '\n';
  std::vector<std::shared_ptr<Shape>> shapes{std::make_shared<Square>(3), std::make_shared<Circle>(1)};
  double area = 0;
  for (const auto &shape : shapes) area += shape->area();
  std::cout << area << ' ' << ++local << ' ' << shapes[0].use_count() << '\n';
  auto begin = std::chrono::steady_clock::now();
  std::cout << (std::chrono::steady_clock::now() >= begin) << '\n';
}

}  // namespace

int main() {
  exceptions();
  streams();
  locales();
  containers();
  std::atexit([] { std::cout << "at exit\n"; });
  std::cout.flush();
  throw std::runtime_error("nobody catches this");
}
