"""收养登记与儿童福利信息系统: what is asked there, how, and its fake."""
