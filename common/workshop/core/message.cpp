#include "workshop/core/message.hpp"

template class std::vector<workshop::Message>;
template class std::map<std::string, std::vector<workshop::Message>>;

namespace workshop::json_detail {

template void read(Reader&, const Value&, Message&);
template void write(const Message&, std::string&);
template void read(Reader&, const Value&, std::vector<Message>&);
template void write(const std::vector<Message>&, std::string&);
template void read(Reader&, const Value&, std::map<std::string, std::vector<Message>>&);
template void write(const std::map<std::string, std::vector<Message>>&, std::string&);

}  // namespace workshop::json_detail
