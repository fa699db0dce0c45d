CREATE DATABASE shop DEFAULT CHARACTER SET utf8mb4;
USE shop;
CREATE TABLE customers (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    city VARCHAR(40) NOT NULL,
    joined DATE NOT NULL,
    KEY by_city (city)
);
CREATE TABLE products (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    title VARCHAR(80) NOT NULL,
    price DECIMAL(8, 2) NOT NULL,
    stock INT NOT NULL
);
CREATE TABLE orders (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id INT UNSIGNED NOT NULL,
    product_id INT UNSIGNED NOT NULL,
    quantity SMALLINT UNSIGNED NOT NULL,
    ordered_at DATETIME(3) NOT NULL,
    KEY by_customer (customer_id),
    FOREIGN KEY (customer_id) REFERENCES customers (id),
    FOREIGN KEY (product_id) REFERENCES products (id)
);
INSERT INTO customers (id, name, city, joined)
    SELECT seq,
        CONCAT(ELT(1 + seq % 7, 'Ada', 'Grace', 'Édouard', 'Jun', 'Olga', 'Søren', 'Mei'), ' ',
            ELT(1 + seq % 11, 'Brook', 'Castle', 'Dahl', 'Egger', 'Fontaine', 'Grün', 'Hill', 'Ito', 'Jensen', 'Kim', 'Lovelace')),
        ELT(1 + seq % 5, 'Lisbon', 'Oslo', 'Kyoto', 'Quito', 'Zürich'),
        '2020-01-01' + INTERVAL seq % 1500 DAY
    FROM seq_1_to_2000;
INSERT INTO products (id, title, price, stock)
    SELECT seq,
        CONCAT(ELT(1 + seq % 4, 'Blue', 'Small', 'Foldable', 'Second'), ' ',
            ELT(1 + seq % 6, 'lamp', 'kettle', 'bicycle', 'chair', 'radio', 'globe'), ' no. ', seq),
        1 + (seq * 37) % 9900 / 100,
        (seq * 13) % 500
    FROM seq_1_to_200;
INSERT INTO orders (id, customer_id, product_id, quantity, ordered_at)
    SELECT seq, 1 + (seq * 7) % 2000, 1 + (seq * 11) % 200, 1 + seq % 4, '2024-01-01' + INTERVAL seq * 37 MINUTE
    FROM seq_1_to_20000;
CREATE VIEW best_sellers AS
    SELECT p.id, p.title, SUM(o.quantity) AS sold
    FROM orders o JOIN products p ON p.id = o.product_id
    GROUP BY p.id, p.title;
CREATE TRIGGER take_from_stock AFTER INSERT ON orders FOR EACH ROW
    UPDATE products SET stock = stock - NEW.quantity WHERE id = NEW.product_id;
CREATE USER demo@'%' IDENTIFIED BY 'demo';
GRANT ALL ON shop.* TO demo@'%';
